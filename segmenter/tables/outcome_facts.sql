-- outcome_facts: what a file says became of its customers, counted. One row per table, which is outcomes.

SELECT
    COUNT(*) FILTER (WHERE segment IS NOT NULL OR bought IS NOT NULL) AS n_known,
    COUNT(*) FILTER (WHERE COALESCE(bought, segment IN ('engaged', 'unengaged'))) AS n_bought,
    COUNT(*) FILTER (WHERE segment = 'inactive' OR (segment IS NULL AND NOT bought)) AS n_inactive,
    COUNT(*) FILTER (
        WHERE segment = 'unengaged'
            OR (segment IS NULL AND bought AND (arm = 'control' OR NOT COALESCE(reacted, TRUE)))
    ) AS n_unengaged,
    COUNT(*) FILTER (WHERE arm = 'treatment') AS n_treatment,
    COUNT(*) FILTER (WHERE arm = 'control') AS n_control
FROM outcomes
