-- given_outcomes: what became of customers, as their own file says. One row per customer with a known outcome.
-- The same columns as customer_outcomes, for customer-level data sets.
-- A given label stands. Without one, whoever bought after being contacted is engaged (where reactions are known, only
-- with one), and whoever bought without it is unengaged: control customers show who buys anyway. Contacted customers
-- who reacted and did not buy are browsing; everybody else who did not buy is inactive.
-- Left out by chance is within reach all the same: there is no doubt here whether the unengaged were ever meant.

WITH known AS (
    SELECT
        customer_id,
        segment,
        COALESCE(bought, segment IN ('engaged', 'unengaged')) AS bought,
        reacted,
        amount,
        arm,
        COALESCE(arm, 'treatment') = 'treatment' AS contacted
    FROM outcomes
    WHERE segment IS NOT NULL OR bought IS NOT NULL
)

SELECT
    population.customer_id,
    CASE
        WHEN known.segment IS NOT NULL THEN known.segment
        WHEN known.bought AND known.contacted AND COALESCE(known.reacted, TRUE) THEN 'engaged'
        WHEN known.bought THEN 'unengaged'
        WHEN known.contacted AND COALESCE(known.reacted, FALSE) THEN 'browsing'
        ELSE 'inactive'
    END AS given_label,
    TRUE AS exposed,
    known.contacted AND COALESCE(known.reacted, FALSE) AS looked,
    CASE WHEN known.bought THEN 1 ELSE 0 END AS purchases,
    -- Where no amount is given, a purchase counts 1: value is then the number of buyers.
    CASE
        WHEN NOT known.bought THEN CAST(0 AS DOUBLE)
        ELSE CAST(COALESCE(known.amount, 1) AS DOUBLE)
    END AS amount,
    CAST(NULL AS DOUBLE) AS margin,
    CASE WHEN known.contacted AND COALESCE(known.reacted, known.bought) THEN 1 ELSE 0 END AS engagements,
    FALSE AS organic_completion,
    known.arm,
    CASE WHEN known.arm IS NOT NULL THEN 'the campaign' END AS trial,
    intents.intent
FROM population
INNER JOIN known ON known.customer_id = population.customer_id
LEFT JOIN intents ON intents.customer_id = population.customer_id
ORDER BY population.customer_id
