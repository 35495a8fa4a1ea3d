-- Facilities (all, or those asked for) that have reported, with the first and last day they did.
SELECT region AS facility, toUInt16(min(day)), toUInt16(max(day))
FROM (SELECT region, day, argMax(reporting, rev) AS says FROM rollups
      WHERE dataset = {dataset:String} AND level = 'facility'
        AND ({all_facilities:Bool} OR region IN {facilities:Array(String)}) GROUP BY region, day)
WHERE says > 0
GROUP BY region
ORDER BY region
