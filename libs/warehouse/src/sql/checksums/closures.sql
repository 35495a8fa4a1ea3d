-- Every closing and reopening that was ordered.
SELECT toString(dataset) AS part, '' AS year, count() AS counted,
       concat(hex(sum(cityHash64(row))), hex(sum(sipHash64(row)))) AS sum
FROM
(
    SELECT dataset, (toString(dataset), facility, toUnixTimestamp64Milli(at), by_order, is_closed, day) AS row
    FROM closures FINAL
)
GROUP BY part
ORDER BY part
