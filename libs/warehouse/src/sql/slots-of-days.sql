-- Every version of the slots of some days, as columns; which of them holds, and what they add up to, is found by the reader.
SELECT day, toLowCardinality(facility) AS facility, unit, ver, tie, gen, reported, category, flag, place, status, value
FROM slots
WHERE dataset = {dataset:String} AND day IN {days:Array(Date)} AND {standing}
  AND submission != unhex({without:String})
