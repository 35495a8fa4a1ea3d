-- What has been released of a day to those who may not see small counts: one row per release, the one with the highest
-- no holds. It is written once and never made again from the slots: what is out is out.
--
-- at     when it was released
-- rev    revision of the nation's rollup of the day that it was made from
-- state  what the next release has to know (counts of facilities among it); JSON
CREATE TABLE IF NOT EXISTS releases
(
    dataset LowCardinality(String),
    day     Date,
    no      UInt32,
    at      DateTime64(3, 'UTC'),
    rev     UInt64,
    state   String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYear(day)
ORDER BY (dataset, day, no)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
