-- Facilities and where they lie.
CREATE OR REPLACE VIEW {views}.facilities AS
SELECT dataset, facility, tupleElement(located, 1) AS zip, tupleElement(located, 2) AS county, tupleElement(located, 3) AS state, tupleElement(located, 4) AS hhs_region
FROM (SELECT dataset, facility, argMax((zip, county, state, hhs), rev) AS located FROM {database}.facility_places {rows} GROUP BY dataset, facility)
