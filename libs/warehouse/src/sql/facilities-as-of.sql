-- The same, from what had arrived by an instant. Days of which nothing was ever withdrawn need no look at versions, and
-- those are almost all.
WITH doubtful AS
(
    SELECT day, facility FROM slots
    WHERE dataset = {dataset:String} AND reported = 0 AND {standing_as_of} AND arrived <= fromUnixTimestamp64Milli({as_of:Int64}, 'UTC')
)
SELECT facility, toUInt16(min(first)), toUInt16(max(last))
FROM
(
    SELECT facility, min(day) AS first, max(day) AS last
    FROM slots
    WHERE dataset = {dataset:String} AND reported = 1 AND (day, facility) NOT IN (SELECT day, facility FROM doubtful)
      AND {standing_as_of} AND arrived <= fromUnixTimestamp64Milli({as_of:Int64}, 'UTC')
    GROUP BY facility
    UNION ALL
    SELECT facility, min(day) AS first, max(day) AS last
    FROM
    (
        SELECT day, facility, argMax(reported, (ver, tie, gen)) AS says
        FROM slots
        WHERE dataset = {dataset:String} AND (day, facility) IN (SELECT day, facility FROM doubtful)
          AND {standing_as_of} AND arrived <= fromUnixTimestamp64Milli({as_of:Int64}, 'UTC')
        GROUP BY day, facility, unit
    )
    WHERE says = 1
    GROUP BY facility
)
GROUP BY facility
ORDER BY facility
