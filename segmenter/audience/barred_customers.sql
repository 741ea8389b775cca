-- barred_customers: who must not be contacted because of the suppression list. One row per scored customer.

WITH listed AS (
    SELECT
        LOWER(TRIM(suppression.value)) AS address,
        LTRIM(LOWER(TRIM(suppression.value)), '0') AS bare_id
    FROM suppression
),

-- The list may hold ids or addresses; whoever is met by either is kept out. Ids are compared without their
-- capitals and leading zeros, which spreadsheets drop: one customer too many is left out, rather than one who
-- asked not to be contacted kept in.
named AS (
    SELECT contacts.customer_id, contacts.mailbox
    FROM contacts
    INNER JOIN listed ON listed.bare_id = LTRIM(LOWER(contacts.customer_id), '0')
    UNION
    SELECT contacts.customer_id, contacts.mailbox
    FROM contacts
    INNER JOIN listed ON listed.address = contacts.mailbox
    UNION
    SELECT contacts.customer_id, contacts.mailbox
    FROM contacts
    INNER JOIN listed ON listed.address = contacts.second_mailbox
),

-- Whoever shares the mailbox of somebody on the list would be that person, met under another id.
barred AS (
    SELECT customer_id
    FROM named
    UNION
    SELECT contacts.customer_id
    FROM contacts
    INNER JOIN named ON named.mailbox = contacts.mailbox
)

SELECT scores.customer_id
FROM scores
INNER JOIN barred ON barred.customer_id = scores.customer_id
ORDER BY scores.customer_id
