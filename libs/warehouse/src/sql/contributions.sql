-- The newest statements of some facilities on one day that hold a category.
SELECT facility, cell.1 AS flag, cell.2 AS status, cell.3 AS value, cell.4 AS records, cell.5 AS place,
       hex(statement.2) AS submission, statement.3 AS feed, toUnixTimestamp64Milli(statement.4) AS arrived_at
FROM
(
    SELECT facility,
           argMax((arrayFilter(c -> c.6 = {category:String}, arrayZip(flag, status, value, records, place, category)), submission, feed, arrived), (ver, tie, gen)) AS statement
    FROM slots
    WHERE dataset = {dataset:String} AND day = toDate({day:UInt16})
      AND ({all_facilities:Bool} OR facility IN {facilities:Array(String)})
      AND ({as_of:Int64} = 0 OR toUnixTimestamp64Milli(arrived) <= {as_of:Int64})
    GROUP BY facility, unit
)
ARRAY JOIN statement.1 AS cell
WHERE {place:String} = '' OR place = {place:String}
ORDER BY facility, flag, submission
