-- transactions: purchases as they are stored. One row per row of the files that could be used.
-- From typed_rows; sorted so that one customer's rows lie together, in the order of time.

SELECT
    customer_id,
    "at",
    amount,
    order_id,
    quantity,
    discount_amount,
    margin_amount,
    category,
    channel,
    is_return
FROM typed_rows
ORDER BY customer_id, "at", source_order
