-- Cells (rule, day, region, category) that a run found to be in alarm, or no longer: the newest row of a cell holds, the
-- others are its history.
--
-- judged      alarm, warning (above the method's bound, but not among those that the false discovery rate lets pass), quiet, early, unknown
-- share       share of the participating facilities that had reported; usual_share: what they usually count of all
-- matched     facilities that were compared with their own past
CREATE TABLE IF NOT EXISTS alarm_findings
(
    rule        LowCardinality(String),
    day         Date,
    level       LowCardinality(String),
    region      String,
    category    LowCardinality(String),
    at          DateTime64(3, 'UTC'),
    run         String,
    rev         UInt64,
    alarm       String,
    judged      LowCardinality(String),
    value       Float64,
    expected    Float64,
    upperbound  Float64,
    statistic   Float64,
    p           Float64,
    share       Float64,
    usual_share Float64,
    matched     UInt32
)
ENGINE = ReplacingMergeTree
PARTITION BY toYear(day)
ORDER BY (rule, day, level, region, category, at, run)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
