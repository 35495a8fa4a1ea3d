-- Which submissions operators have undone: the newest order about each.
SELECT toString(dataset) AS part, '' AS year, count() AS counted,
       concat(hex(sum(cityHash64(row))), hex(sum(sipHash64(row)))) AS sum
FROM
(
    SELECT dataset, (toString(dataset), submission, argMax((toUnixTimestamp64Milli(at), is_undone), (at, by_order))) AS row
    FROM undone
    GROUP BY dataset, submission
)
GROUP BY part
ORDER BY part
