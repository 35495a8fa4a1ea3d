-- First and last day with a report of a dataset; no row when there is none.
SELECT toUInt16(min(day)), toUInt16(max(day))
FROM (SELECT day, argMax(reporting, rev) AS says FROM rollups
      WHERE dataset = {dataset:String} AND level = 'nation' GROUP BY day)
WHERE says > 0
HAVING count() > 0
