-- Rollups of some regions of one level, a row a day; read by region-block.ts.
SELECT toLowCardinality(region) AS region, toUInt16(day) AS day, latest AS rev, tupleElement(newest, 1) AS reporting, tupleElement(newest, 8) AS withdrawn, CAST(tupleElement(newest, 2), 'Array(LowCardinality(String))') AS category,
       CAST(tupleElement(newest, 3), 'Array(LowCardinality(String))') AS flag, tupleElement(newest, 4) AS value, tupleElement(newest, 5) AS reported,
       tupleElement(newest, 6) AS suppressed, tupleElement(newest, 7) AS missing
FROM
(
    SELECT region, day, max(rev) AS latest,
           argMax((reporting, category, flag, value, reported, suppressed, missing, withdrawn), rev) AS newest
    FROM rollups
    WHERE dataset = {dataset:String} AND level = {level:String} AND region IN {regions:Array(String)}
      AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16})
    GROUP BY region, day
)
ORDER BY region, day
