-- Of some rules: the newest commit that any run had seen, and when the newest run that followed a commit was, and which it had seen.
SELECT rule, max(rev), toUnixTimestamp64Milli(maxIf(at, cause = 'commit')), argMaxIf(rev, at, cause = 'commit')
FROM alarm_runs
WHERE rule IN {rules:Array(String)} AND at >= fromUnixTimestamp64Milli({since:Int64})
GROUP BY rule
