-- Recomputes the rollups of the given keys from the newest slots, all levels in one insert into one partition.
-- A key without any slot left gets an empty row: what was there is no longer.
--
-- {keys}: lines of JSON { levels, regions, days }: every (level, region) pair on every day. Days in one year.
INSERT INTO rollups
    (dataset, level, region, day, rev, reporting, category, flag, value, reported, suppressed, missing)
WITH
    keys AS
    (
        SELECT DISTINCT key.1 AS level, key.2 AS region, toDate(arrayJoin(days)) AS day
        FROM
        (
            SELECT arrayJoin(arrayZip(levels, regions)) AS key, days
            FROM format(JSONEachRow, 'levels Array(String), regions Array(String), days Array(UInt16)', {keys})
        )
    ),
    wanted AS
    (
        SELECT facility, region_key.1 AS level, region_key.2 AS region
        FROM
        (
            SELECT facility, arrayJoin([('facility', facility), ('zip', zip), ('county', county), ('state', toString(state)), ('hhs', toString(hhs)), ('nation', 'us')]) AS region_key
            FROM
            (
                SELECT facility, argMax((zip, county, state, hhs), (zip_day, zip)) AS place, place.1 AS zip, place.2 AS county, place.3 AS state, place.4 AS hhs
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
        SELECT day, facility, cell.1 AS category, cell.2 AS flag, min(cell.3) AS status, sum(cell.4) AS value
        FROM
        (
            SELECT day, facility, arrayJoin(arrayConcat(
                arrayZip(slot.2, slot.3, slot.5, slot.6),
                if(slot.1 = 1, [('', '', 0, 0)], []))) AS cell
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
    packed.cell.1, packed.cell.2, packed.cell.3, packed.cell.4, packed.cell.5, packed.cell.6
FROM keys LEFT JOIN packed ON keys.level = packed.level AND keys.region = packed.region AND keys.day = packed.day
