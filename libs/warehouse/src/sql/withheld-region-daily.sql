-- region_daily for somebody who may not see small counts of some datasets. Of these: released numbers, the flags together
-- as "all"; of every region that reported, a row for every category that the nation stated that day, because a row only
-- where there is something would tell that there is. suppressed is 1 where nothing is released.
SELECT * FROM {exact} WHERE NOT has({datasets}, dataset)
UNION ALL
SELECT dataset, level, region, day, category, toLowCardinality('all') AS flag,
       if(has(out, category), arrayElement(amounts, indexOf(out, category)), NULL) AS value,
       toUInt32(NOT has(out, category)) AS suppressed, toUInt32(0) AS missing, reporting
FROM
(
    SELECT dataset, level, region, day, reporting, arrayJoin(categories) AS category
    FROM
    (
        SELECT dataset, level, region, day, argMax(rollups.reporting, rev) AS reporting
        FROM {database}.rollups AS rollups WHERE level != 'facility' AND has({datasets}, dataset)
        GROUP BY dataset, level, region, day HAVING reporting > 0
    ) AS regions
    INNER JOIN
    (
        SELECT dataset, day, arrayDistinct(argMax(category, rev)) AS categories
        FROM {database}.rollups WHERE level = 'nation' AND has({datasets}, dataset) GROUP BY dataset, day
    ) AS stated USING (dataset, day)
) AS asked
LEFT JOIN
(
    SELECT dataset, level, region, day, tupleElement(shown, 1) AS out, tupleElement(shown, 2) AS amounts
    FROM (SELECT dataset, level, region, day, argMax((released.category, released.value), no) AS shown FROM {database}.released AS released WHERE has({datasets}, dataset) GROUP BY dataset, level, region, day)
) AS latest USING (dataset, level, region, day)
