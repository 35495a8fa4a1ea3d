-- Where facilities lie; of a facility's rows the one with the highest rev holds. Regions come from the crosswalk of the configuration.
CREATE TABLE IF NOT EXISTS facility_places
(
    dataset  LowCardinality(String),
    facility String,
    zip      String,
    county   String,
    state    LowCardinality(String),
    hhs      LowCardinality(String),
    rev      UInt64
)
ENGINE = ReplacingMergeTree(rev)
ORDER BY (dataset, facility, zip, county)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
