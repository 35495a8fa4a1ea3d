-- Regions and days of a level that have been counted anew above a revision, in the order of days, then regions, from one
-- of them on.
SELECT region, toUInt16(day) AS on, max(rev) AS latest
FROM rollups
WHERE dataset = {dataset:String} AND level = {level:String} AND (empty({regions:Array(String)}) OR region IN {regions:Array(String)})
  AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16}) AND (day > toDate({from:UInt16}) OR region >= {from_region:String})
GROUP BY region, day
HAVING latest > {above:UInt64}
ORDER BY on, region
LIMIT {limit:UInt32}
