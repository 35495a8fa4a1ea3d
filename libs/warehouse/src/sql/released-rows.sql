-- Released counts of some regions of one level, a row a region and day, as of an instant or after a lag.
SELECT region, toUInt16(day), tupleElement(newest, 1) AS category, tupleElement(newest, 2) AS value
FROM
(
    SELECT region, day, argMax((category, value), no) AS newest
    FROM released
    WHERE dataset = {dataset:String} AND level = {level:String} AND region IN {regions:Array(String)}
      AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16})
      AND at <= fromUnixTimestamp64Milli({as_of:Int64}, 'UTC')
      AND toUnixTimestamp64Milli(at) < (toInt64(day) + {lag:UInt32} + 1) * 86400000
    GROUP BY region, day
)
