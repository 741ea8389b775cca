-- kind_counts: how many touches of each kind there are. One row per table, which is engagements.

SELECT
    CAST(COUNT(*) AS BIGINT) AS n_rows,
    CAST(SUM(CASE WHEN kind = 'exposure' THEN 1 ELSE 0 END) AS BIGINT) AS exposure,
    CAST(SUM(CASE WHEN kind = 'impression' THEN 1 ELSE 0 END) AS BIGINT) AS impression,
    CAST(SUM(CASE WHEN kind = 'view' THEN 1 ELSE 0 END) AS BIGINT) AS seen,
    CAST(SUM(CASE WHEN kind = 'click' THEN 1 ELSE 0 END) AS BIGINT) AS click,
    CAST(SUM(CASE WHEN kind = 'redeem' THEN 1 ELSE 0 END) AS BIGINT) AS redeem
FROM engagements
