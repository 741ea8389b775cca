-- redemption_counts: how many offers redeemed from :cutoff up to :outcome_end had not been seen. One row per data set.
-- squares: the sum of each customer's number of redemptions, squared: it tells whether a few redeemed most of them.

WITH per_customer AS (
    SELECT
        redemptions.customer_id,
        COUNT(*) AS n_redemptions,
        COUNT(*) FILTER (WHERE NOT redemptions.seen) AS n_unseen
    FROM redemptions
    INNER JOIN population ON population.customer_id = redemptions.customer_id
    WHERE redemptions.seen IS NOT NULL
        AND redemptions.at >= CAST(:cutoff AS TIMESTAMP)
        AND redemptions.at < CAST(:outcome_end AS TIMESTAMP)
    GROUP BY redemptions.customer_id
)

SELECT
    CAST(COALESCE(SUM(n_redemptions), 0) AS BIGINT) AS redemptions,
    CAST(COALESCE(SUM(n_unseen), 0) AS BIGINT) AS unseen,
    COUNT(*) AS customers,
    CAST(COALESCE(SUM(n_redemptions * n_redemptions), 0) AS BIGINT) AS squares
FROM per_customer
