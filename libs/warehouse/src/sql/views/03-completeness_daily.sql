-- Facilities that reported, for every region and day.
CREATE OR REPLACE VIEW {views}.completeness_daily AS
SELECT dataset, level, region, day, argMax(rollups.reporting, rev) AS reporting
FROM {database}.rollups AS rollups {rows} WHERE level NOT IN ('facility', 'event_zip') GROUP BY dataset, level, region, day
