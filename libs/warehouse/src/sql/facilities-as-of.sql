-- The same, from what had arrived by an instant.
SELECT facility, toUInt16(min(day)), toUInt16(max(day))
FROM
(
    SELECT day, facility, max(says) AS says
    FROM
    (
        SELECT day, facility, argMax(reported, (ver, tie, gen)) AS says
        FROM slots
        WHERE dataset = {dataset:String} AND {standing_as_of} AND arrived <= fromUnixTimestamp64Milli({as_of:Int64}, 'UTC')
        GROUP BY day, facility, unit
    )
    GROUP BY day, facility
)
WHERE says = 1
GROUP BY facility
ORDER BY facility
