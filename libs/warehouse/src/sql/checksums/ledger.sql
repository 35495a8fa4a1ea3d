-- What became of each submission: its newest state, without the moment and the revision at which it was reached.
SELECT feed AS part, toString(toYear(received_at)) AS year, count() AS counted,
       concat(hex(sum(cityHash64(row))), hex(sum(sipHash64(row)))) AS sum
FROM
(
    SELECT received_at, argMax(toString(ledger.feed), (at, state != 'received')) AS feed,
           (submission, toUnixTimestamp64Milli(received_at),
            argMax((toString(ledger.feed), name, facility, sha256, bytes, toString(state), toString(code), rows_read, rows_accepted, rows_refused),
                   (at, state != 'received'))) AS row
    FROM ledger
    GROUP BY received_at, submission
)
GROUP BY part, year
ORDER BY part, year
