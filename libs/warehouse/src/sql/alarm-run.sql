SELECT rule, run, toUnixTimestamp64Milli(at), dataset, rev, cause, method, settings, toUInt16(first), toUInt16(last), cells, tests, early, unknown, found,
       threshold, digest, took
FROM alarm_runs FINAL
WHERE run = {run:String} AND rule = {rule:String}
LIMIT 1
