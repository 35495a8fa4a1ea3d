-- The counts of each release: one row per region that has any, the one with the highest no holds. Made from the state of
-- the release, so writing it again writes the same. Regions and categories that are not here are hidden.
CREATE TABLE IF NOT EXISTS released
(
    dataset  LowCardinality(String),
    level    LowCardinality(String),
    region   String,
    day      Date,
    no       UInt32,
    at       DateTime64(3, 'UTC'),
    category Array(LowCardinality(String)),
    value    Array(UInt64)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYear(day)
ORDER BY (dataset, level, region, day, no)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
