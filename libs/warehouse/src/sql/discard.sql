-- An operator wants no more of these dead letters: a further state of each that still is one. Nothing is removed.
INSERT INTO ledger (received_at, submission, at, state, feed, name, facility, sha256, bytes, code, detail, rows_read, rows_accepted, rows_refused, rev, step, tries, note)
SELECT received_at, submission, fromUnixTimestamp64Milli({at:Int64}, 'UTC'), 'discarded', tupleElement(newest, 2), tupleElement(newest, 3), tupleElement(newest, 4), tupleElement(newest, 5),
       tupleElement(newest, 6), tupleElement(newest, 7), tupleElement(newest, 8), 0, 0, 0, 0, tupleElement(newest, 9), tupleElement(newest, 10), {note:String}
FROM
(
    SELECT received_at, submission,
           argMax((state, feed, name, facility, sha256, bytes, code, detail, step, tries), (at, state != 'received')) AS newest
    FROM ledger WHERE submission IN {submissions:Array(String)} GROUP BY received_at, submission
)
WHERE tupleElement(newest, 1) IN ('dead', 'quarantined', 'awaiting_password')
