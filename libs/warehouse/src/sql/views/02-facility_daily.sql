-- Counts of every facility, for analysts. status: reported, suppressed or missing.
CREATE OR REPLACE VIEW {views}.facility_daily AS
SELECT dataset, region AS facility, day, category, flag, if(numbers = 0, NULL, total) AS value,
       multiIf(numbers > 0, 'reported', hidden > 0, 'suppressed', 'missing') AS status
FROM
(
    SELECT dataset, region, day, argMax((reporting, category, flag, value, reported, suppressed, missing), rev) AS newest
    FROM {database}.rollups WHERE level = 'facility' GROUP BY dataset, region, day
)
ARRAY JOIN newest.2 AS category, newest.3 AS flag, newest.4 AS total, newest.5 AS numbers, newest.6 AS hidden, newest.7 AS absent
