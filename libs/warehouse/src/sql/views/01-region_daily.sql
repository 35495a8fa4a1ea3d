-- Counts of every region, for analysts. Plain dates; null where no number was reported.
CREATE OR REPLACE VIEW {views}.region_daily AS
SELECT dataset, level, region, day, category, flag, if(numbers = 0, NULL, total) AS value,
       hidden AS suppressed, absent AS missing, tupleElement(newest, 1) AS reporting
FROM
(
    SELECT dataset, level, region, day, argMax((reporting, category, flag, value, reported, suppressed, missing), rev) AS newest
    FROM {database}.rollups {rows} WHERE level != 'facility' GROUP BY dataset, level, region, day
)
ARRAY JOIN tupleElement(newest, 2) AS category, tupleElement(newest, 3) AS flag, tupleElement(newest, 4) AS total, tupleElement(newest, 5) AS numbers, tupleElement(newest, 6) AS hidden, tupleElement(newest, 7) AS absent
