-- region_daily for those who may not see small counts: released numbers, the flags together as "all". A row a category
-- that the region stated; null where nothing is released, with suppressed at least 1 when there is a number.
CREATE OR REPLACE VIEW {views}.released_region_daily AS
SELECT dataset, level, region, day, category, toLowCardinality('all') AS flag,
       if(has(out, category) AND numbers > 0, arrayElement(amounts, indexOf(out, category)), NULL) AS value,
       if(numbers > 0 AND NOT has(out, category), greatest(hidden, toUInt32(1)), hidden) AS suppressed, absent AS missing, reporting
FROM
(
    SELECT dataset, level, region, day, tupleElement(newest, 1) AS reporting, category, max(number) AS numbers, max(withheld) AS hidden, max(none) AS absent
    FROM
    (
        SELECT dataset, level, region, day, argMax((rollups.reporting, rollups.category, reported, suppressed, missing), rev) AS newest
        FROM {database}.rollups AS rollups WHERE level != 'facility' GROUP BY dataset, level, region, day
    )
    ARRAY JOIN tupleElement(newest, 2) AS category, tupleElement(newest, 3) AS number, tupleElement(newest, 4) AS withheld, tupleElement(newest, 5) AS none
    GROUP BY dataset, level, region, day, reporting, category
) AS counted
LEFT JOIN
(
    SELECT dataset, level, region, day, tupleElement(shown, 1) AS out, tupleElement(shown, 2) AS amounts
    FROM (SELECT dataset, level, region, day, argMax((released.category, released.value), no) AS shown FROM {database}.released AS released GROUP BY dataset, level, region, day)
) AS latest USING (dataset, level, region, day)
