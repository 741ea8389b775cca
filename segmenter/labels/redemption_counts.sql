-- redemption_counts: how many offers redeemed from :cutoff up to :outcome_end had not been seen. One row per data set.

SELECT
    COUNT(*) AS redemptions,
    COUNT(*) FILTER (WHERE NOT redemptions.seen) AS unseen,
    COUNT(DISTINCT redemptions.customer_id) AS customers
FROM redemptions
INNER JOIN population ON population.customer_id = redemptions.customer_id
WHERE redemptions.seen IS NOT NULL
    AND redemptions.at >= CAST(:cutoff AS TIMESTAMP)
    AND redemptions.at < CAST(:outcome_end AS TIMESTAMP)
