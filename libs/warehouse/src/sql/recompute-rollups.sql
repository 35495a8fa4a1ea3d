-- Recomputes the rollups of the given keys from the newest slots, all levels in one insert into one partition.
-- A key without any slot left gets an empty row: what was there is no longer.
--
-- {keys}: lines of JSON { levels, regions, days }: every (level, region) pair on every day. Days in one year.
INSERT INTO rollups
    (dataset, level, region, day, rev, reporting, category, flag, value, reported, suppressed, missing)
WITH
    keys AS
    (
        SELECT DISTINCT tupleElement(key, 1) AS level, tupleElement(key, 2) AS region, toDate(arrayJoin(days)) AS day
        FROM
        (
            SELECT arrayJoin(arrayZip(levels, regions)) AS key, days
            FROM format(JSONEachRow, 'levels Array(String), regions Array(String), days Array(UInt16)', {keys})
        )
    ),
    wanted AS
    (
        SELECT facility, tupleElement(region_key, 1) AS level, tupleElement(region_key, 2) AS region
        FROM
        (
            SELECT facility, arrayJoin([('facility', facility), ('zip', tupleElement(located, 1)), ('county', tupleElement(located, 2)),
                                        ('state', tupleElement(located, 3)), ('hhs', tupleElement(located, 4)), ('nation', 'us')]) AS region_key
            FROM
            (
                SELECT facility, argMax((zip, county, toString(state), toString(hhs)), rev) AS located
                FROM facility_places WHERE dataset = {dataset:String} GROUP BY facility
            )
        )
        WHERE (level, region) IN (SELECT level, region FROM keys)
    ),
    newest AS
    (
        SELECT day, facility, argMax((reported, category, flag, place, status, value), (ver, tie, gen)) AS slot
        FROM slots
        WHERE dataset = {dataset:String} AND day IN (SELECT day FROM keys)
          AND facility IN (SELECT facility FROM wanted)
        GROUP BY day, facility, unit
    ),
    cells AS
    (
        -- A reporting facility has one cell without category, so that it counts also when it states no other.
        SELECT day, facility, tupleElement(cell, 1) AS category, tupleElement(cell, 2) AS flag, min(tupleElement(cell, 3)) AS status, sum(tupleElement(cell, 4)) AS value
        FROM
        (
            SELECT day, facility, arrayJoin(arrayConcat(
                arrayZip(tupleElement(slot, 2), tupleElement(slot, 3), tupleElement(slot, 5), tupleElement(slot, 6)),
                if(tupleElement(slot, 1) = 1, [('', '', 0, 0)], []))) AS cell
            FROM newest
        )
        GROUP BY day, facility, category, flag
    ),
    sums AS
    (
        SELECT
            wanted.level AS level, wanted.region AS region, cells.day AS day, cells.category AS category, cells.flag AS flag,
            sumIf(cells.value, cells.status = 0) AS value,
            countIf(cells.status = 0) AS reported,
            countIf(cells.status = 2) AS suppressed,
            countIf(cells.status = 1) AS missing
        FROM cells INNER JOIN wanted ON cells.facility = wanted.facility
        GROUP BY level, region, day, category, flag
        {event_places}
    ),
    packed AS
    (
        SELECT
            level, region, day,
            maxIf(reported, category = '') AS reporting,
            groupArrayIf((category, flag, value, reported, suppressed, missing), category != '') AS cell
        FROM (SELECT * FROM sums ORDER BY level, region, day, category, flag)
        GROUP BY level, region, day
    )
SELECT
    {dataset:String}, keys.level, keys.region, keys.day, {rev:UInt64}, packed.reporting,
    tupleElement(packed.cell, 1), tupleElement(packed.cell, 2), tupleElement(packed.cell, 3), tupleElement(packed.cell, 4), tupleElement(packed.cell, 5), tupleElement(packed.cell, 6)
FROM keys LEFT JOIN packed ON keys.level = packed.level AND keys.region = packed.region AND keys.day = packed.day
