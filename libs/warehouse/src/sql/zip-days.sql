-- The zips a facility has stated, with the newest day of each, among its newest statements.
SELECT zip, toUInt16(max(day))
FROM
(
    SELECT day, argMax((reported, zip), (ver, tie, gen)) AS slot, slot.2 AS zip
    FROM slots WHERE dataset = {dataset:String} AND facility = {facility:String}
    GROUP BY day, unit
)
WHERE slot.1 = 1 AND zip != ''
GROUP BY zip
