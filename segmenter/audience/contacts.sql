-- contacts: how each customer can be reached. One row per customer of the scores or of the data.

WITH everybody AS (
    SELECT customer_id FROM scores
    UNION
    SELECT customer_id FROM customers
),

reached AS (
    SELECT
        everybody.customer_id,
        COALESCE(customers.consent_email, FALSE) AS consented,
        -- A shop without customer numbers may use the address as the id.
        LOWER(TRIM(COALESCE(customers.email, everybody.customer_id))) AS address
    FROM everybody
    LEFT JOIN customers ON customers.customer_id = everybody.customer_id
)

-- 'none' and its like are no mailbox, and those who have it in common share nothing.
SELECT
    customer_id,
    consented,
    CASE WHEN address LIKE '%@%' THEN address END AS mailbox
FROM reached
ORDER BY customer_id
