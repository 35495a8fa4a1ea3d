-- Sums of the newest slots for every level, facility included; the highest rev of a key holds.
--
-- reporting   facilities of the region with an accepted record of that day
-- withdrawn   facilities that had reported that day and have withdrawn it
-- value       sum of the reported numbers of the cell; reported, suppressed, missing: facilities in these states
CREATE TABLE IF NOT EXISTS rollups
(
    dataset    LowCardinality(String),
    level      LowCardinality(String),
    region     String,
    day        Date,
    rev        UInt64,
    reporting  UInt32,
    withdrawn  UInt32,
    category   Array(LowCardinality(String)),
    flag       Array(LowCardinality(String)),
    value      Array(UInt64),
    reported   Array(UInt32),
    suppressed Array(UInt32),
    missing    Array(UInt32)
)
ENGINE = ReplacingMergeTree(rev)
PARTITION BY toYear(day)
ORDER BY (dataset, level, region, day)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
