-- Every version of the slots of some days and facilities, as columns: what `issues` and the digest of changes play back.
-- Also those of undone submissions: the reader knows when they were undone.
SELECT day, toLowCardinality(facility) AS facility, unit, ver, tie, gen, toUInt64(toUnixTimestamp64Milli(arrived)) AS arrived,
       toLowCardinality(lower(hex(submission))) AS submission, reported, category, flag, place, status, value
FROM slots
WHERE dataset = {dataset:String} AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16})
  AND ({all_facilities:Bool} OR facility IN {facilities:Array(String)})
