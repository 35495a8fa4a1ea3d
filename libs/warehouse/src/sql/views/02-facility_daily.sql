-- Counts of every facility, for analysts. status: reported, suppressed or missing.
CREATE OR REPLACE VIEW {views}.facility_daily AS
SELECT dataset, region AS facility, day, category, flag, if(numbers = 0, NULL, total) AS value,
       multiIf(numbers > 0, 'reported', hidden > 0, 'suppressed', 'missing') AS status
FROM
(
    SELECT dataset, region, day, argMax((reporting, category, flag, value, reported, suppressed, missing), rev) AS newest
    FROM {database}.rollups {rows} WHERE level = 'facility' GROUP BY dataset, region, day
)
ARRAY JOIN tupleElement(newest, 2) AS category, tupleElement(newest, 3) AS flag, tupleElement(newest, 4) AS total, tupleElement(newest, 5) AS numbers, tupleElement(newest, 6) AS hidden, tupleElement(newest, 7) AS absent
