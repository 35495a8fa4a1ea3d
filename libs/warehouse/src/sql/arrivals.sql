-- When the reports of one day arrived: the first accepted record of each facility that still reports it.
SELECT facility, min(first) AS at
FROM
(
    SELECT facility, minIf(toUnixTimestamp64Milli(arrived), reported = 1) AS first, max(reported) AS ever,
           argMax(reported, (ver, tie, gen)) AS says
    FROM slots
    WHERE dataset = {dataset:String} AND day = toDate({day:UInt16})
      AND {standing_as_of}
      AND ({as_of:Int64} = 0 OR toUnixTimestamp64Milli(arrived) <= {as_of:Int64})
    GROUP BY facility, unit
)
WHERE ever = 1
GROUP BY facility
HAVING max(says) = 1
ORDER BY at, facility
