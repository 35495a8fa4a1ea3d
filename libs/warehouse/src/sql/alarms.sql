-- Alarms in their newest form, newest first.
SELECT rule, id, ver, dataset, level, region, category, toUInt16(day), toUInt16(first), toUInt16(last), regions, categories, at_region, at_category,
       toUInt16(at_day), value, expected, upperbound, statistic, p, share, usual_share, matched, run, rev, toUnixTimestamp64Milli(opened), opened_run,
       toUnixTimestamp64Milli(changed), standing, within_budget, told, toUInt16(closes_on)
FROM alarms FINAL
WHERE ({id:String} = '' OR id = {id:String}) AND ({rule:String} = '' OR rule = {rule:String}) AND ({dataset:String} = '' OR dataset = {dataset:String})
  AND last >= toDate({from:UInt16}) AND first <= toDate({to:UInt16})
  AND ({before:Int64} = 0 OR (toUnixTimestamp64Milli(opened), id) < ({before:Int64}, {before_id:String}))
ORDER BY opened DESC, id DESC
LIMIT {limit:UInt32}
