-- What facilities (all, or those asked for) state of some days, from the rollups of their level.
SELECT toLowCardinality(region) AS facility, day, latest AS rev, tupleElement(newest, 1) AS reporting, tupleElement(newest, 2) AS withdrawn,
       CAST(tupleElement(newest, 3) AS Array(LowCardinality(String))) AS category,
       CAST(tupleElement(newest, 4) AS Array(LowCardinality(String))) AS flag, tupleElement(newest, 5) AS value,
       tupleElement(newest, 6) AS reported, tupleElement(newest, 7) AS suppressed
FROM
(
    SELECT region, day, max(rev) AS latest, argMax((reporting, withdrawn, category, flag, value, reported, suppressed), rev) AS newest
    FROM rollups
    WHERE dataset = {dataset:String} AND level = 'facility' AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16})
      AND ({all_facilities:Bool} OR region IN {facilities:Array(String)})
    GROUP BY region, day
)
