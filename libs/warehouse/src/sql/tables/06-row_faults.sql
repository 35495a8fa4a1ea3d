-- Rows that were not counted, as their sender is told.
CREATE TABLE IF NOT EXISTS row_faults
(
    submission String,
    seq        UInt32,
    member     String,
    record     UInt32,
    line       UInt32,
    field      String,
    code       LowCardinality(String),
    detail     String
)
ENGINE = ReplacingMergeTree
ORDER BY (submission, seq)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
