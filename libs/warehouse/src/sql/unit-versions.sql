-- Every version of the given units, with the facility-days it touches.
SELECT toString(unit), toString(ver), toString(tie), gen, toUnixTimestamp64Milli(arrived), hex(submission), feed,
       groupUniqArray((facility, toUInt16(day)))
FROM unit_days
WHERE dataset = {dataset:String} AND unit IN {units:Array(UInt128)}
GROUP BY unit, ver, tie, gen, arrived, submission, feed
