-- audience_members: who was selected and what became of each. One row per selected customer.

WITH selected AS (
    SELECT
        customer_id,
        holdout_draw,
        CASE WHEN CAST(:by AS VARCHAR) = 'expected_value' THEN rank_value ELSE rank END AS place
    FROM scores
),

contact AS (
    SELECT
        customer_id,
        COALESCE(consent_email, FALSE) AS consented,
        LOWER(TRIM(email)) AS email
    FROM customers
),

-- A suppression list may hold customer ids or e-mail addresses; whoever is met by either is kept out.
barred AS (
    SELECT suppression.value AS customer_id
    FROM suppression
    UNION
    SELECT contact.customer_id
    FROM contact
    INNER JOIN suppression ON LOWER(suppression.value) = contact.email
)

SELECT
    selected.customer_id,
    selected.place,
    CASE
        WHEN CAST(:consent_mapped AS BOOLEAN) AND NOT COALESCE(contact.consented, FALSE) THEN 'no_consent'
        WHEN barred.customer_id IS NOT NULL THEN 'suppressed'
        WHEN selected.holdout_draw < CAST(:holdout AS DOUBLE) THEN 'held_out'
        ELSE 'exported'
    END AS status
FROM selected
LEFT JOIN contact ON contact.customer_id = selected.customer_id
LEFT JOIN barred ON barred.customer_id = selected.customer_id
WHERE selected.place <= CAST(:selected AS BIGINT)
ORDER BY selected.place
