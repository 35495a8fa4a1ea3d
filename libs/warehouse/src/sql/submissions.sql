-- Submissions, newest first, in their newest state. The cursor is (received_at, submission) of the last one seen.
-- Where states are asked for, only submissions that ever were in one of them are looked at: refused ones are few.
SELECT submission, tupleElement(newest, 1) AS feed, tupleElement(newest, 2) AS name, tupleElement(newest, 3) AS facility, tupleElement(newest, 4) AS sha256, tupleElement(newest, 5) AS bytes,
       toUnixTimestamp64Milli(received_at) AS received, tupleElement(newest, 6) AS state, toUnixTimestamp64Milli(latest) AS state_at,
       tupleElement(newest, 7) AS code, tupleElement(newest, 8) AS detail, tupleElement(newest, 9) AS rows_read, tupleElement(newest, 10) AS rows_accepted, tupleElement(newest, 11) AS rows_refused, tupleElement(newest, 12) AS rev,
       tupleElement(newest, 13) AS step, tupleElement(newest, 14) AS tries, tupleElement(newest, 15) AS note
FROM
(
    SELECT received_at, submission, max(at) AS latest,
           argMax((feed, name, facility, sha256, bytes, state, code, detail, rows_read, rows_accepted, rows_refused, ledger.rev, step, tries, note), (at, state != 'received')) AS newest
    FROM ledger
    WHERE ({feed:String} = '' OR feed = {feed:String})
      AND ({submission:String} = '' OR submission = {submission:String})
      AND ({before:Int64} = 0 OR (toUnixTimestamp64Milli(received_at), submission) < ({before:Int64}, {before_submission:String}))
      AND (empty({states:Array(String)}) OR submission IN (SELECT submission FROM ledger WHERE has({states:Array(String)}, state)))
    GROUP BY received_at, submission
)
WHERE ({facility:String} = '' OR facility = {facility:String}) AND (empty({states:Array(String)}) OR has({states:Array(String)}, state))
  AND ({code:String} = '' OR code = {code:String}) AND ({step:String} = '' OR step = {step:String})
  AND state_at >= {since:Int64}
ORDER BY received_at DESC, submission DESC
LIMIT {limit:UInt32}
