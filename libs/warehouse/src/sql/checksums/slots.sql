-- What was stated: every version once, whatever the order of arrival, merges, and the order of cells within a row.
SELECT toString(dataset) AS part, toString(toYear(day)) AS year, count() AS counted,
       concat(hex(sum(cityHash64(row))), hex(sum(sipHash64(row)))) AS sum
FROM
(
    SELECT dataset, day,
           (toString(dataset), day, facility, unit, ver, tie, gen, toUnixTimestamp64Milli(arrived), submission, toString(feed), reported, toString(zip),
            arraySort(arrayMap((c, f, p, s, v, r) -> (toString(c), toString(f), toString(p), s, v, r), category, flag, place, status, value, records))) AS row
    FROM slots FINAL
)
GROUP BY part, year
ORDER BY part, year
