-- Every place a facility ever had; the last row of a facility holds.
SELECT facility, zip, county, state, hhs, max(rev) AS latest
FROM facility_places
WHERE dataset = {dataset:String}
GROUP BY facility, zip, county, state, hhs
ORDER BY facility, latest
