        UNION ALL
        -- Counts by the place of the event, for datasets whose feeds state one.
        SELECT
            'event_zip' AS level, cell.3 AS region, day, cell.1 AS category, cell.2 AS flag,
            sumIf(cell.5, cell.4 = 0) AS value,
            uniqExactIf(facility, cell.4 = 0) AS reported,
            uniqExactIf(facility, cell.4 = 2) AS suppressed,
            uniqExactIf(facility, cell.4 = 1) AS missing
        FROM
        (
            SELECT day, facility, arrayJoin(arrayConcat(
                arrayZip(slot.2, slot.3, slot.4, slot.5, slot.6),
                arrayMap(p -> ('', '', p, 0, 0), arrayDistinct(slot.4)))) AS cell
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
