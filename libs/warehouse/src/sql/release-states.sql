-- Releases of some days, oldest first; only_last = 1: the last of each day.
SELECT toUInt16(day), no, toUnixTimestamp64Milli(at), state
FROM releases FINAL
WHERE dataset = {dataset:String} AND day IN {days:Array(Date)}
  AND ({only_last:UInt8} = 0 OR (day, no) IN (SELECT day, max(no) FROM releases WHERE dataset = {dataset:String} AND day IN {days:Array(Date)} GROUP BY day))
ORDER BY day, no
