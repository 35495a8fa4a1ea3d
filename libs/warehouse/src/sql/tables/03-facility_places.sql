-- Where facilities lie; the row with the newest zip_day holds. Regions come from the crosswalk of the configuration.
CREATE TABLE IF NOT EXISTS facility_places
(
    dataset  LowCardinality(String),
    facility String,
    zip      String,
    county   String,
    state    LowCardinality(String),
    hhs      LowCardinality(String),
    zip_day  UInt32
)
ENGINE = ReplacingMergeTree(zip_day)
ORDER BY (dataset, facility, zip)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
