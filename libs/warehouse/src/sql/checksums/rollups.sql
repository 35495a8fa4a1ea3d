-- What is answered: the newest revision of every key, without its number. A row without content is as good as none: it
-- only says that a region had something once, and whether it ever had depends on how statements were batched.
SELECT toString(dataset) AS part, toString(toYear(day)) AS year, count() AS counted,
       concat(hex(sum(cityHash64(row))), hex(sum(sipHash64(row)))) AS sum
FROM
(
    SELECT dataset, day,
           (toString(dataset), toString(level), region, day, reporting, withdrawn,
            arraySum(arrayMap((c, f, v, r, s, m) -> cityHash64(c, f, v, r, s, m), category, flag, value, reported, suppressed, missing)),
            arraySum(arrayMap((c, f, v, r, s, m) -> murmurHash3_64(c, f, v, r, s, m), category, flag, value, reported, suppressed, missing))) AS row
    FROM rollups FINAL
    WHERE reporting > 0 OR withdrawn > 0 OR notEmpty(category)
)
GROUP BY part, year
ORDER BY part, year
-- Years are parts of the key: no row collapses with one of another partition.
SETTINGS do_not_merge_across_partitions_select_final = 1
