-- audience_members: who was selected and what became of each. One row per selected customer.

-- A mailbox is held out whole or not at all. It has the lot of the lowest of its ids: the lowest of its lots
-- would hold out shared mailboxes more often than others, and the groups would not be alike.
WITH ranked AS (
    SELECT
        scores.customer_id,
        CASE
            WHEN CAST(:by AS VARCHAR) = 'expected_value' THEN scores.rank_value ELSE scores.rank
        END AS place,
        contacts.consented,
        FIRST_VALUE(scores.holdout_draw) OVER (
            PARTITION BY COALESCE(contacts.mailbox, scores.customer_id) ORDER BY scores.customer_id
        ) AS holdout_draw
    FROM scores
    INNER JOIN contacts ON contacts.customer_id = scores.customer_id
)

SELECT
    ranked.customer_id,
    ranked.place,
    CASE
        WHEN CAST(:consent_mapped AS BOOLEAN) AND NOT ranked.consented THEN 'no_consent'
        WHEN barred_customers.customer_id IS NOT NULL THEN 'suppressed'
        WHEN ranked.holdout_draw < CAST(:holdout AS DOUBLE) THEN 'held_out'
        ELSE 'exported'
    END AS status
FROM ranked
LEFT JOIN barred_customers ON barred_customers.customer_id = ranked.customer_id
WHERE ranked.place <= CAST(:selected AS BIGINT)
ORDER BY ranked.place
