-- Recomputes the rollups of the given keys from the newest slots, all levels in one insert into one partition.
-- A key without any slot left gets an empty row: what was there is no longer.
--
-- {names}: one JSON object { levels, regions }: the regions, numbered from 0 in this order.
-- {keys}: lines of JSON { ids, days }: every region of these numbers on every day of these. Days of one year.
-- Regions travel as numbers and cells as hashes of (category, flag): grouping texts costs eight times as much.
INSERT INTO rollups
    (dataset, level, region, day, rev, reporting, withdrawn, category, flag, value, reported, suppressed, missing)
WITH
    named AS
    (
        SELECT toUInt32(number - 1) AS id, level, region
        FROM format(JSONEachRow, 'levels Array(String), regions Array(String)', {names})
        ARRAY JOIN levels AS level, regions AS region, arrayEnumerate(levels) AS number
    ),
    keys AS
    (
        SELECT DISTINCT arrayJoin(ids) AS id, toDate(arrayJoin(days)) AS day
        FROM format(JSONEachRow, 'ids Array(UInt32), days Array(UInt16)', {keys})
    ),
    wanted AS
    (
        SELECT located.facility AS facility, named.id AS id
        FROM
        (
            SELECT facility, tupleElement(pair, 1) AS level, tupleElement(pair, 2) AS region
            FROM
            (
                SELECT facility, arrayJoin([('facility', facility), ('zip', tupleElement(place, 1)), ('county', tupleElement(place, 2)),
                                            ('state', tupleElement(place, 3)), ('hhs', tupleElement(place, 4)), ('nation', 'us')]) AS pair
                FROM
                (
                    SELECT facility, argMax((zip, county, toString(state), toString(hhs)), rev) AS place
                    FROM facility_places WHERE dataset = {dataset:String} GROUP BY facility
                )
            )
        ) AS located
        INNER JOIN named ON located.level = named.level AND located.region = named.region
    ),
    newest AS
    (
        SELECT day, facility, argMax((reported, category, flag, place, status, value), (ver, tie, gen)) AS slot, max(reported) AS ever
        FROM slots
        WHERE dataset = {dataset:String} AND day IN (SELECT day FROM keys)
          AND facility IN (SELECT facility FROM wanted)
        GROUP BY day, facility, unit
    ),
    -- One row a facility-day and cell. A reporting facility has one cell 0, so that it counts also when it states no other;
    -- one that has withdrawn its report has it as missing.
    cells AS
    (
        SELECT day, facility, tupleElement(cell, 1) AS name, min(tupleElement(cell, 2)) AS status, sum(tupleElement(cell, 3)) AS value,
               any(tupleElement(cell, 4)) AS category, any(tupleElement(cell, 5)) AS flag
        FROM
        (
            SELECT day, facility, arrayJoin(arrayConcat(
                arrayMap((c, f, s, v) -> (cityHash64(c, f), s, v, c, f),
                    tupleElement(slot, 2), tupleElement(slot, 3), tupleElement(slot, 5), tupleElement(slot, 6)),
                if(ever = 1, [(0, if(tupleElement(slot, 1) = 1, 0, 1), 0, '', '')], []))) AS cell
            FROM newest
        )
        GROUP BY day, facility, name
    ),
    (SELECT (groupArray(name), groupArray(category), groupArray(flag))
     FROM (SELECT name, any(category) AS category, any(flag) AS flag FROM cells GROUP BY name)) AS words,
    sums AS
    (
        SELECT wanted.id AS id, cells.day AS day, cells.name AS name, sumIf(cells.value, cells.status = 0) AS total,
               countIf(cells.status = 0) AS in_numbers, countIf(cells.status = 2) AS in_suppressed, countIf(cells.status = 1) AS in_missing
        FROM cells INNER JOIN wanted ON cells.facility = wanted.facility
        GROUP BY id, day, name
        {event_places}
    ),
    packed AS
    (
        SELECT id, day, maxIf(in_numbers, name = 0) AS reporting, maxIf(in_missing, name = 0) AS withdrawn,
               arraySort(groupArrayIf((name, total, in_numbers, in_suppressed, in_missing), name != 0)) AS cell
        FROM sums
        GROUP BY id, day
    )
SELECT
    {dataset:String}, named.level, named.region, keys.day, {rev:UInt64}, packed.reporting, packed.withdrawn,
    arrayMap(c -> transform(tupleElement(c, 1), tupleElement(words, 1), tupleElement(words, 2), ''), packed.cell),
    arrayMap(c -> transform(tupleElement(c, 1), tupleElement(words, 1), tupleElement(words, 3), ''), packed.cell),
    tupleElement(packed.cell, 2), tupleElement(packed.cell, 3), tupleElement(packed.cell, 4), tupleElement(packed.cell, 5)
FROM keys
INNER JOIN named ON keys.id = named.id
LEFT JOIN packed ON keys.id = packed.id AND keys.day = packed.day
