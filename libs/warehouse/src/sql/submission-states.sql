-- Newest state of the given submissions, and when it was reached.
SELECT submission, argMax(state, (at, state != 'received')) AS newest, toUnixTimestamp64Milli(max(at)) AS reached
FROM ledger WHERE submission IN {submissions:Array(String)} GROUP BY submission
