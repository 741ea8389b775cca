-- segment_counts: how many customers fell in each segment, and how many of them a campaign could have reached. One row per given label.

SELECT
    given_label,
    COUNT(*) AS customers,
    COUNT(*) FILTER (WHERE exposed) AS exposed_customers
FROM customer_outcomes
GROUP BY given_label
ORDER BY given_label
