-- When the reports of one day arrived: the first accepted record of each facility of a region.
SELECT facility, min(toUnixTimestamp64Milli(arrived)) AS at
FROM slots
WHERE dataset = {dataset:String} AND day = toDate({day:UInt16}) AND reported = 1
  AND ({as_of:Int64} = 0 OR toUnixTimestamp64Milli(arrived) <= {as_of:Int64})
GROUP BY facility
ORDER BY at, facility
