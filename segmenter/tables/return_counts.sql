-- return_counts: returns and cancellations set against the purchases before them. One row per table, which is transactions.
-- A return is matched where the same customer has bought before it, in one line each, the same article in the
-- same number for the same amount; every purchase matches one return at most. Articles go by the category.

WITH lines AS (
    SELECT
        customer_id,
        category,
        ABS(quantity) AS pieces,
        ABS(amount) AS size,
        "at",
        COALESCE(is_return, amount < 0) AS is_return
    FROM transactions
    WHERE amount <> 0
),

counted AS (
    SELECT
        customer_id,
        category,
        pieces,
        size,
        is_return,
        -- By how many the returns so far exceed the purchases so far: the most it ever is stays unmatched.
        SUM(CASE WHEN is_return THEN 1 ELSE -1 END) OVER (
            PARTITION BY customer_id, category, pieces, size
            ORDER BY "at", is_return
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS excess,
        CASE
            WHEN
                is_return
                AND COALESCE(
                    MIN(CASE WHEN NOT is_return THEN "at" END) OVER (PARTITION BY customer_id, category)
                    <= "at",
                    FALSE
                )
                THEN 1
            ELSE 0
        END AS follows_a_purchase
    FROM lines
),

per_line AS (
    SELECT
        SUM(CASE WHEN is_return THEN 1 ELSE 0 END) AS n_returns,
        GREATEST(MAX(excess), 0) AS n_unmatched,
        SUM(follows_a_purchase) AS n_following
    FROM counted
    GROUP BY customer_id, category, pieces, size
)

SELECT
    CAST(COALESCE(SUM(n_returns), 0) AS BIGINT) AS n_returns,
    CAST(COALESCE(SUM(n_returns - n_unmatched), 0) AS BIGINT) AS n_matched,
    CAST(COALESCE(SUM(n_following), 0) AS BIGINT) AS n_following
FROM per_line
