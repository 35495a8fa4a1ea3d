-- Findings of a rule from a day on; of each cell the newest, or all of one alarm.
SELECT rule, toUInt16(day), level, region, category, toUnixTimestamp64Milli(at), run, rev, alarm, judged, value, expected, upperbound, statistic, p, share,
       usual_share, matched
FROM alarm_findings FINAL
WHERE ({rule:String} = '' OR rule = {rule:String}) AND day >= toDate({from:UInt16}) AND ({alarm:String} = '' OR alarm = {alarm:String})
ORDER BY at DESC, day DESC, level, region, category
LIMIT {limit:UInt32}
