-- Facilities that moved and have days whose rollups were computed before: whoever moved them did not come to the end.
SELECT DISTINCT counted.facility
FROM
(
    SELECT region AS facility, day, max(rev) AS latest
    FROM rollups
    WHERE dataset = {dataset:String} AND level = 'facility'
      AND region IN (SELECT facility FROM facility_places WHERE dataset = {dataset:String}
                     GROUP BY facility HAVING uniqExact((zip, county)) > 1)
    GROUP BY region, day
) AS counted
INNER JOIN
(
    SELECT facility, max(rev) AS placed FROM facility_places WHERE dataset = {dataset:String} GROUP BY facility
) AS located ON counted.facility = located.facility
WHERE counted.latest < located.placed
