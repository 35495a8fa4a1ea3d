-- What was stated: every version once, whatever the order of arrival, merges, and the order of cells within a row.
SELECT toString(dataset) AS part, toString(toYear(day)) AS year, count() AS counted,
       concat(hex(sum(cityHash64(row))), hex(sum(sipHash64(row)))) AS sum
FROM
(
    SELECT dataset, day,
           (toString(dataset), day, facility, unit, ver, tie, gen, toUnixTimestamp64Milli(arrived), submission, toString(feed), reported, toString(zip),
            arraySum(arrayMap((c, f, p, s, v, r) -> cityHash64(c, f, p, s, v, r), category, flag, place, status, value, records)),
            arraySum(arrayMap((c, f, p, s, v, r) -> murmurHash3_64(c, f, p, s, v, r), category, flag, place, status, value, records))) AS row
    FROM slots FINAL
)
GROUP BY part, year
ORDER BY part, year
-- Years are parts of the key: no row collapses with one of another partition.
SETTINGS do_not_merge_across_partitions_select_final = 1
