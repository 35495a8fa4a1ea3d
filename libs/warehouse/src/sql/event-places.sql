-- Places of events in any version of the given days' slots of the given facilities.
SELECT toUInt16(day), groupUniqArray(p)
FROM slots ARRAY JOIN place AS p
WHERE dataset = {dataset:String} AND day IN {days:Array(Date)} AND facility IN {facilities:Array(String)} AND p != ''
GROUP BY day
