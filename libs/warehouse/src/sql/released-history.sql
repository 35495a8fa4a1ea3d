-- Every number that was ever released of a day, by release.
SELECT no, level, region, category, value
FROM released FINAL
WHERE dataset = {dataset:String} AND day = toDate({day:UInt16})
ORDER BY no, level, region
