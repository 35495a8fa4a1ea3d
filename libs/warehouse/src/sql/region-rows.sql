-- Rollups of some regions of one level, a row a day.
SELECT region, toUInt16(day), latest AS rev, tupleElement(newest, 1) AS reporting, tupleElement(newest, 8) AS withdrawn, tupleElement(newest, 2) AS category,
       tupleElement(newest, 3) AS flag, tupleElement(newest, 4) AS value, tupleElement(newest, 5) AS reported,
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
