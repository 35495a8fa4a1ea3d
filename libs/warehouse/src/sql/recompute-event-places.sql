        UNION ALL
        -- Counts by the place of the event, for datasets whose feeds state one.
        SELECT
            'event_zip' AS level, tupleElement(cell, 3) AS region, day, tupleElement(cell, 1) AS category, tupleElement(cell, 2) AS flag,
            sumIf(tupleElement(cell, 5), tupleElement(cell, 4) = 0) AS value,
            uniqExactIf(facility, tupleElement(cell, 4) = 0) AS reported,
            uniqExactIf(facility, tupleElement(cell, 4) = 2) AS suppressed,
            uniqExactIf(facility, tupleElement(cell, 4) = 1) AS missing
        FROM
        (
            SELECT day, facility, arrayJoin(arrayConcat(
                arrayZip(tupleElement(slot, 2), tupleElement(slot, 3), tupleElement(slot, 4), tupleElement(slot, 5), tupleElement(slot, 6)),
                arrayMap(p -> ('', '', p, 0, 0), arrayDistinct(tupleElement(slot, 4))))) AS cell
            FROM
            (
                SELECT day, facility, argMax((reported, category, flag, place, status, value), (ver, tie, gen)) AS slot
                FROM slots
                WHERE dataset = {dataset:String} AND day IN (SELECT day FROM keys)
                GROUP BY day, facility, unit
            )
        )
        WHERE region IN (SELECT region FROM keys WHERE level = 'event_zip')
        GROUP BY region, day, category, flag
