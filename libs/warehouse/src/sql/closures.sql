-- The newest order about each facility that had been given by an instant (0: now).
SELECT facility, tupleElement(newest, 1) AS is_closed, tupleElement(newest, 2) AS day
FROM
(
    SELECT facility, argMax((is_closed, toUInt16(day)), (at, by_order)) AS newest
    FROM closures
    WHERE dataset = {dataset:String} AND ({as_of:Int64} = 0 OR toUnixTimestamp64Milli(at) <= {as_of:Int64})
    GROUP BY facility
)
