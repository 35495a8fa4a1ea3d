-- When the reports of some days arrived: the first accepted record of each facility that still reports the day.
SELECT toUInt16(day), facility, min(first) AS at
FROM
(
    SELECT day, facility, minIf(toUnixTimestamp64Milli(arrived), reported = 1) AS first, max(reported) AS ever,
           argMax(reported, (ver, tie, gen)) AS says
    FROM slots
    WHERE dataset = {dataset:String} AND has({days:Array(UInt16)}, toUInt16(day))
      AND {standing}
      AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16})
      AND ({all_facilities:Bool} OR facility IN {facilities:Array(String)})
    GROUP BY day, facility, unit
)
WHERE ever = 1
GROUP BY day, facility
HAVING max(says) = 1
ORDER BY day, at, facility
