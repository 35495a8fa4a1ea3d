-- Every version of the slots of some days that had arrived by an instant and, where a revision is given, was counted by it.
SELECT day, toLowCardinality(facility) AS facility, unit, ver, tie, gen, reported, category, flag, place, status, value
FROM slots
WHERE dataset = {dataset:String} AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16}) AND {standing_as_of}
  AND arrived <= fromUnixTimestamp64Milli({as_of:Int64}, 'UTC')
  AND ({all_facilities:Bool} OR facility IN {facilities:Array(String)})
  AND ({rev:UInt64} = 0 OR lower(hex(submission)) IN (SELECT submission FROM ledger WHERE state = 'loaded' AND rev <= {rev:UInt64}))
