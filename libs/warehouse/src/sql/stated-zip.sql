-- The zip in the newest statement of the newest day on which a facility states one. Where none holds any more (all are
-- withdrawn, or have moved elsewhere) the newest that stands: days that are withdrawn are counted where they were reported.
SELECT argMax(if(holds, tupleElement(slot, 2), once), (holds, day, if(holds, latest, said))) AS stated
FROM
(
    SELECT day, argMax((reported, toString(zip)), (ver, tie, gen)) AS slot, max((ver, tie, gen)) AS latest,
           argMaxIf(toString(zip), (ver, tie, gen), reported = 1 AND zip != '') AS once,
           maxIf((ver, tie, gen), reported = 1 AND zip != '') AS said,
           tupleElement(slot, 1) = 1 AND tupleElement(slot, 2) != '' AS holds
    FROM slots WHERE dataset = {dataset:String} AND facility = {facility:String} AND {standing}
    GROUP BY day, unit
)
WHERE holds OR once != ''
HAVING count() > 0
