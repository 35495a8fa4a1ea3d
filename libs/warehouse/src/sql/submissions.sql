-- Submissions, newest first, in their newest state. The cursor is (received_at, submission) of the last one seen.
SELECT submission, newest.1 AS feed, newest.2 AS name, newest.3 AS facility, newest.4 AS sha256, newest.5 AS bytes,
       toUnixTimestamp64Milli(received_at) AS received, newest.6 AS state, toUnixTimestamp64Milli(latest) AS state_at,
       newest.7 AS code, newest.8 AS detail, newest.9 AS rows_read, newest.10 AS rows_accepted, newest.11 AS rows_refused, newest.12 AS rev
FROM
(
    SELECT received_at, submission, max(at) AS latest,
           argMax((feed, name, facility, sha256, bytes, state, code, detail, rows_read, rows_accepted, rows_refused, ledger.rev), (at, state != 'received')) AS newest
    FROM ledger
    WHERE ({feed:String} = '' OR feed = {feed:String})
      AND ({submission:String} = '' OR submission = {submission:String})
      AND ({before:Int64} = 0 OR (toUnixTimestamp64Milli(received_at), submission) < ({before:Int64}, {before_submission:String}))
    GROUP BY received_at, submission
)
WHERE ({facility:String} = '' OR facility = {facility:String}) AND ({state:String} = '' OR state = {state:String})
ORDER BY received_at DESC, submission DESC
LIMIT {limit:UInt32}
