-- The newest finding of each cell of a rule, of the days from one on.
SELECT rule, toUInt16(day), level, region, category, toUnixTimestamp64Milli(at), run, rev, alarm, judged, value, expected, upperbound, statistic, p, share,
       usual_share, matched
FROM alarm_findings
WHERE rule = {rule:String} AND day >= toDate({from:UInt16})
ORDER BY at DESC, rev DESC
LIMIT 1 BY day, level, region, category
