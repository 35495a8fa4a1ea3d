-- Facilities that an operator has closed, and opened again: the newest order about a facility holds. `day` is the first
-- day it no longer takes part. `at` is the receipt of the order, so `as_of` knows when.
CREATE TABLE IF NOT EXISTS closures
(
    dataset   LowCardinality(String),
    facility  String,
    at        DateTime64(3, 'UTC'),
    by_order  FixedString(32),
    is_closed UInt8,
    day       Date
)
ENGINE = ReplacingMergeTree
ORDER BY (dataset, facility, at, by_order)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
