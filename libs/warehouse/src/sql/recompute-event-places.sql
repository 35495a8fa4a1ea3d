        UNION ALL
        -- Counts by the place of the event, for datasets whose feeds state one.
        SELECT named.id AS id, by_place.day AS day, by_place.name AS name, sumIf(by_place.value, by_place.status = 0) AS total,
               uniqExactIf(by_place.facility, by_place.status = 0) AS in_numbers,
               uniqExactIf(by_place.facility, by_place.status = 2) AS in_suppressed,
               uniqExactIf(by_place.facility, by_place.status = 1) AS in_missing
        FROM
        (
            SELECT day, facility, tupleElement(cell, 1) AS name, tupleElement(cell, 2) AS place, tupleElement(cell, 3) AS status, tupleElement(cell, 4) AS value
            FROM
            (
                SELECT day, facility, arrayJoin(arrayConcat(
                    arrayMap((c, f, p, s, v) -> (cityHash64(c, f), p, s, v),
                        tupleElement(slot, 2), tupleElement(slot, 3), tupleElement(slot, 4), tupleElement(slot, 5), tupleElement(slot, 6)),
                    arrayMap(p -> (0, p, 0, 0), arrayDistinct(tupleElement(slot, 4))))) AS cell
                FROM newest
            )
        ) AS by_place
        INNER JOIN named ON by_place.place = named.region
        WHERE named.level = 'event_zip'
        GROUP BY id, day, name
