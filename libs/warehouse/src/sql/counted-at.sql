-- When each of some submissions was first counted.
SELECT submission, toUnixTimestamp64Milli(min(at))
FROM ledger
WHERE state = 'loaded' AND submission IN {submissions:Array(String)}
GROUP BY submission
