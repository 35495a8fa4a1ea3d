SELECT feed, uniqExact(submission), toUnixTimestamp64Milli(max(received_at)) FROM ledger GROUP BY feed
