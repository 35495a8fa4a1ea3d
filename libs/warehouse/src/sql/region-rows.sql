-- Rollups of some regions of one level, a row a day.
SELECT region, toUInt16(day), rev, reporting, category, flag, value, reported, suppressed, missing
FROM
(
    SELECT region, day, max(rollups.rev) AS rev,
           argMax((reporting, category, flag, value, reported, suppressed, missing), rollups.rev) AS newest,
           newest.1 AS reporting, newest.2 AS category, newest.3 AS flag, newest.4 AS value,
           newest.5 AS reported, newest.6 AS suppressed, newest.7 AS missing
    FROM rollups
    WHERE dataset = {dataset:String} AND level = {level:String} AND region IN {regions:Array(String)}
      AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16})
    GROUP BY region, day
)
ORDER BY region, day
