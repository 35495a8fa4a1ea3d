-- The newest statements of some facilities on one day that hold a category.
SELECT facility, tupleElement(cell, 1) AS flag, tupleElement(cell, 2) AS status, tupleElement(cell, 3) AS value, tupleElement(cell, 4) AS records, tupleElement(cell, 5) AS place,
       hex(tupleElement(statement, 2)) AS submission, tupleElement(statement, 3) AS feed, toUnixTimestamp64Milli(tupleElement(statement, 4)) AS arrived_at
FROM
(
    SELECT facility,
           argMax((arrayFilter(c -> c.6 = {category:String}, arrayZip(flag, status, value, records, place, category)), submission, feed, arrived), (ver, tie, gen)) AS statement
    FROM slots
    WHERE dataset = {dataset:String} AND day = toDate({day:UInt16})
      AND ({all_facilities:Bool} OR facility IN {facilities:Array(String)})
      AND {standing_as_of}
      AND ({as_of:Int64} = 0 OR toUnixTimestamp64Milli(arrived) <= {as_of:Int64})
    GROUP BY facility, unit
)
ARRAY JOIN tupleElement(statement, 1) AS cell
WHERE {place:String} = '' OR place = {place:String}
ORDER BY facility, flag, submission
