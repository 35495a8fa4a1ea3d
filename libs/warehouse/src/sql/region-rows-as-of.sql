-- The same as region-rows, recomputed from the slots that counted then: `known` says when, the same for all days or a day each.
-- {region}: the expression that names the region of a cell at the level asked.
WITH
    placed AS
    (
        SELECT facility, argMax((zip, county, toString(state), toString(hhs)), rev) AS located
        FROM facility_places WHERE dataset = {dataset:String} GROUP BY facility
    ),
    newest AS
    (
        SELECT day, facility, argMax((reported, category, flag, place, status, value), (ver, tie, gen)) AS slot, max(reported) AS ever
        FROM slots
        WHERE dataset = {dataset:String} AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16})
          AND {known}
          AND facility IN (SELECT facility FROM placed WHERE {facility_filter})
        GROUP BY day, facility, unit
    ),
    cells AS
    (
        SELECT day, facility, tupleElement(cell, 1) AS category, tupleElement(cell, 2) AS flag, {place} AS event_place, min(tupleElement(cell, 4)) AS status, sum(tupleElement(cell, 5)) AS value
        FROM
        (
            SELECT day, facility, arrayJoin(arrayConcat(
                arrayZip(tupleElement(slot, 2), tupleElement(slot, 3), tupleElement(slot, 4), tupleElement(slot, 5), tupleElement(slot, 6)),
                if(ever = 1, arrayMap(p -> ('', '', p, if(tupleElement(slot, 1) = 1, 0, 1), 0), {report_places}), []))) AS cell
            FROM newest
        )
        GROUP BY day, facility, category, flag, event_place
    ),
    sums AS
    (
        SELECT {region} AS region, day, category, flag,
               sumIf(value, status = 0) AS total, uniqExactIf(facility, status = 0) AS in_numbers,
               uniqExactIf(facility, status = 2) AS in_suppressed, uniqExactIf(facility, status = 1) AS in_missing
        FROM cells INNER JOIN placed ON cells.facility = placed.facility
        WHERE region IN {regions:Array(String)}
        GROUP BY region, day, category, flag
        ORDER BY region, day, category, flag
    )
SELECT region, toUInt16(day), 0 AS rev, maxIf(in_numbers, category = '') AS reporting, maxIf(in_missing, category = '') AS withdrawn,
       groupArrayIf(category, category != ''), groupArrayIf(flag, category != ''), groupArrayIf(total, category != ''),
       groupArrayIf(in_numbers, category != ''), groupArrayIf(in_suppressed, category != ''), groupArrayIf(in_missing, category != '')
FROM sums
GROUP BY region, day
ORDER BY region, day
