-- chosen_population: the customers of the population who were chosen. One row per customer.

SELECT
    population.customer_id,
    population.joined_at,
    population.first_active_at,
    population.observed_from
FROM population
INNER JOIN chosen_customers ON chosen_customers.customer_id = population.customer_id
ORDER BY population.customer_id
