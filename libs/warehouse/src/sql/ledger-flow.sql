-- Submissions received and settled a minute since an instant, with the rows that were counted.
SELECT minute, sum(came), sum(counted), sum(refused), sum(rows)
FROM
(
    SELECT toUnixTimestamp(toStartOfMinute(received_at)) AS minute, uniqExact(submission) AS came, 0 AS counted, 0 AS refused, 0 AS rows
    FROM ledger WHERE received_at >= fromUnixTimestamp64Milli({since:Int64}) GROUP BY minute
    UNION ALL
    SELECT toUnixTimestamp(toStartOfMinute(at)) AS minute, 0, countIf(state = 'loaded'),
           countIf(state IN ('quarantined', 'dead', 'awaiting_password')), sumIf(rows_accepted, state = 'loaded')
    FROM ledger WHERE at >= fromUnixTimestamp64Milli({since:Int64}) GROUP BY minute
)
GROUP BY minute
ORDER BY minute
