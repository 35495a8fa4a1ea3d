-- The zip in the newest statement of the newest day on which a facility states one.
SELECT argMax(tupleElement(slot, 2), (day, latest)) AS stated
FROM
(
    SELECT day, argMax((reported, toString(zip)), (ver, tie, gen)) AS slot, max((ver, tie, gen)) AS latest
    FROM slots WHERE dataset = {dataset:String} AND facility = {facility:String} AND {standing}
    GROUP BY day, unit
)
WHERE tupleElement(slot, 1) = 1 AND tupleElement(slot, 2) != ''
HAVING count() > 0
