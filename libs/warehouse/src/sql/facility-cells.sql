-- What each facility reported of some days: the newest cells, with whether it reported at all.
SELECT toUInt16(day), region, tupleElement(newest, 1) AS reporting, tupleElement(newest, 2) AS category, tupleElement(newest, 3) AS flag,
       tupleElement(newest, 4) AS value, tupleElement(newest, 5) AS reported
FROM
(
    SELECT day, region, argMax((reporting, category, flag, value, reported), rev) AS newest
    FROM rollups
    WHERE dataset = {dataset:String} AND level = 'facility' AND day IN {days:Array(Date)}
    GROUP BY day, region
)
ORDER BY day, region
