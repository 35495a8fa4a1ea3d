-- Commits of some feeds from one on: when each was counted, and how many submissions it was of.
SELECT rev, toUnixTimestamp64Milli(min(at)), uniqExact(submission)
FROM ledger
WHERE state = 'loaded' AND rev >= {rev:UInt64} AND feed IN {feeds:Array(String)} AND received_at >= fromUnixTimestamp64Milli({since:Int64})
GROUP BY rev
ORDER BY rev
LIMIT {limit:UInt32}
