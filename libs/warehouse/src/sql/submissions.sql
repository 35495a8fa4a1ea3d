-- Submissions, newest first, in their newest state. The cursor is (received_at, submission) of the last one seen.
SELECT submission, tupleElement(newest, 1) AS feed, tupleElement(newest, 2) AS name, tupleElement(newest, 3) AS facility, tupleElement(newest, 4) AS sha256, tupleElement(newest, 5) AS bytes,
       toUnixTimestamp64Milli(received_at) AS received, tupleElement(newest, 6) AS state, toUnixTimestamp64Milli(latest) AS state_at,
       tupleElement(newest, 7) AS code, tupleElement(newest, 8) AS detail, tupleElement(newest, 9) AS rows_read, tupleElement(newest, 10) AS rows_accepted, tupleElement(newest, 11) AS rows_refused, tupleElement(newest, 12) AS rev
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
