-- audience_rows: everything a file may carry about the customers to contact. One row per exported member.

SELECT
    audience_members.customer_id,
    customers.email,
    customers.phone,
    customers.first_name,
    customers.last_name,
    customers.country,
    customers.postcode,
    audience_members.place AS rank,
    scores.segment,
    scores.score,
    scores.expected_value
FROM audience_members
INNER JOIN scores ON scores.customer_id = audience_members.customer_id
LEFT JOIN customers ON customers.customer_id = audience_members.customer_id
WHERE audience_members.status = 'exported'
ORDER BY audience_members.place
