-- Which facility-days each version of a file or record touches.
SELECT toString(dataset) AS part, toString(toYear(day)) AS year, count() AS counted,
       concat(hex(sum(cityHash64(row))), hex(sum(sipHash64(row)))) AS sum
FROM
(
    SELECT dataset, day,
           (toString(dataset), unit, ver, tie, gen, toUnixTimestamp64Milli(arrived), submission, toString(feed), facility, day) AS row
    FROM unit_days FINAL
)
GROUP BY part, year
ORDER BY part, year
