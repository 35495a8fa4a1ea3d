-- Which facility-days each version of a file or record touches (unit ≠ 0). Written before slots.
CREATE TABLE IF NOT EXISTS unit_days
(
    dataset    LowCardinality(String),
    unit       UInt128,
    ver        UInt64,
    tie        UInt64,
    gen        UInt8,
    arrived    DateTime64(3, 'UTC'),
    submission FixedString(32),
    feed       LowCardinality(String),
    facility   String,
    day        Date
)
ENGINE = ReplacingMergeTree
ORDER BY (dataset, unit, ver, tie, gen, facility, day)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
