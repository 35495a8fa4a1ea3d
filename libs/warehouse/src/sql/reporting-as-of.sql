-- How many facilities of each region had reported each day, from the slots that counted at an instant: the first columns of
-- region-rows-as-of alone, which need no cells.
WITH placed AS
(
    SELECT facility, argMax((zip, county, toString(state), toString(hhs)), rev) AS located
    FROM facility_places WHERE dataset = {dataset:String} GROUP BY facility
)
SELECT {region} AS region, toUInt16(day), count()
FROM
(
    SELECT day, facility
    FROM
    (
        SELECT day, facility, argMax(reported, (ver, tie, gen)) AS says
        FROM slots
        WHERE dataset = {dataset:String} AND day BETWEEN toDate({from:UInt16}) AND toDate({to:UInt16})
          AND {known}
          AND facility IN (SELECT facility FROM placed WHERE {facility_filter})
        GROUP BY day, facility, unit
    )
    GROUP BY day, facility
    HAVING max(says) = 1
) AS reports INNER JOIN placed ON reports.facility = placed.facility
GROUP BY region, day
