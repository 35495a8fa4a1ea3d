-- Alarms: one row per event and state of knowledge; the highest `ver` of an alarm holds. Written by detection alone; what
-- people do about it is in alarm_actions.
--
-- id          made from rule, anchor and anchor day: the same event is the same alarm, however often it is found
-- level, region, category, day   its anchor, by which later findings are recognised as the same event
-- strongest   the finding with the smallest p-value: region, category, day and numbers
-- standing    0: by later data no cell of it is in alarm any more
-- told        0: outside of the alarm budget, or not yet told
-- closes_on   first day on which it is over by itself
CREATE TABLE IF NOT EXISTS alarms
(
    rule        LowCardinality(String),
    id          String,
    ver         UInt64,
    dataset     LowCardinality(String),
    level       LowCardinality(String),
    region      String,
    category    LowCardinality(String),
    day         Date,
    first       Date,
    last        Date,
    regions     Array(String),
    categories  Array(String),
    at_region   String,
    at_category LowCardinality(String),
    at_day      Date,
    value       Float64,
    expected    Float64,
    upperbound  Float64,
    statistic   Float64,
    p           Float64,
    share       Float64,
    usual_share Float64,
    matched     UInt32,
    run         String,
    rev         UInt64,
    opened      DateTime64(3, 'UTC'),
    opened_run  String,
    changed     DateTime64(3, 'UTC'),
    standing    UInt8,
    within_budget UInt8,
    told        UInt8,
    closes_on   Date
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (rule, id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
