-- How the cells of an alarm were judged, newest first.
SELECT rule, toUInt16(day), level, region, category, toUnixTimestamp64Milli(at), run, rev, alarm, judged, value, expected, upperbound, statistic, p, share,
       usual_share, matched
FROM alarm_findings FINAL
WHERE rule = {rule:String} AND alarm = {alarm:String} AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16})
ORDER BY at DESC, rev DESC, day DESC, level, region, category
LIMIT {limit:UInt32}
