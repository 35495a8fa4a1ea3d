-- Submissions that an operator has undone: their slots stay and do not count, as if they had never come. The newest row
-- of a submission holds; is_undone 0 takes an undo back. `at` is the receipt of the order, so `as_of` knows when.
CREATE TABLE IF NOT EXISTS undone
(
    dataset    LowCardinality(String),
    submission FixedString(32),
    at         DateTime64(3, 'UTC'),
    by_order   FixedString(32),
    is_undone  UInt8
)
ENGINE = ReplacingMergeTree
ORDER BY (dataset, submission, at, by_order)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
