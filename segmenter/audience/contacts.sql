-- contacts: how each customer can be reached. One row per customer of the scores or of the data.
-- A cell may hold more than an address: 'Anna <a@x.de>', 'mailto:a@x.de', 'a@x.de; b@x.de'. The first address in it is
-- the mailbox, the next one the second. 'none' and its like are no mailbox; those who have it in common share nothing.

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
        LOWER(COALESCE(customers.email, everybody.customer_id)) AS cell
    FROM everybody
    LEFT JOIN customers ON customers.customer_id = everybody.customer_id
),

addressed AS (
    SELECT
        customer_id,
        consented,
        cell,
        REGEXP_EXTRACT(cell, '[^ <>,;:"()|/?]+@[^ <>,;:"()|/?]+', 0) AS address
    FROM reached
),

followed AS (
    SELECT
        customer_id,
        consented,
        address,
        REGEXP_EXTRACT(
            SUBSTRING(cell, CAST(STRPOS(cell, address) + LENGTH(address) AS INTEGER)),
            '[^ <>,;:"()|/?]+@[^ <>,;:"()|/?]+',
            0
        ) AS next_address
    FROM addressed
)

SELECT
    customer_id,
    consented,
    NULLIF(RTRIM(address, '.'), '') AS mailbox,
    CASE WHEN address <> '' THEN NULLIF(RTRIM(next_address, '.'), '') END AS second_mailbox
FROM followed
ORDER BY customer_id
