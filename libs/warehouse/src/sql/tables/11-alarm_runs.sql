-- Runs of the detectors: what was looked at, with what, and what came of it. The id is made from all of that but the
-- times, so that a run that is repeated after a crash is the same row.
--
-- rev         the newest commit it had seen; with `at` it tells what was known
-- cause       commit, daily, start
-- first, last days that were judged
-- tests       cells that were compared with their past; early, unknown: those that could not be
-- threshold   p-value up to which a cell is an alarm, as the false discovery rate had it
-- digest      hash of every judged cell and its numbers
CREATE TABLE IF NOT EXISTS alarm_runs
(
    rule       LowCardinality(String),
    run        String,
    at         DateTime64(3, 'UTC'),
    dataset    LowCardinality(String),
    rev        UInt64,
    cause      LowCardinality(String),
    method     LowCardinality(String),
    settings   String,
    first      Date,
    last       Date,
    cells      UInt32,
    tests      UInt32,
    early      UInt32,
    unknown    UInt32,
    found      UInt32,
    threshold  Float64,
    digest     String,
    took       UInt32
)
ENGINE = ReplacingMergeTree
ORDER BY (rule, run)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
