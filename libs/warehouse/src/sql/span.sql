-- First and last day with a report of a dataset; no row when there is none.
SELECT toUInt16(min(day)), toUInt16(max(day)) FROM rollups
WHERE dataset = {dataset:String} AND level = 'nation' AND reporting > 0 HAVING count() > 0
