-- The zips a facility has stated, with the newest day of each, among its newest statements.
SELECT tupleElement(slot, 2) AS stated, toUInt16(max(day))
FROM
(
    SELECT day, argMax((reported, toString(zip)), (ver, tie, gen)) AS slot
    FROM slots WHERE dataset = {dataset:String} AND facility = {facility:String}
    GROUP BY day, unit
)
WHERE tupleElement(slot, 1) = 1 AND stated != ''
GROUP BY stated
