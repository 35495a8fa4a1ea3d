-- What people did about alarms, in order of `at`: the state of an alarm is told from them.
CREATE TABLE IF NOT EXISTS alarm_actions
(
    alarm    String,
    at       DateTime64(3, 'UTC'),
    action   LowCardinality(String),
    actor    String,
    reason   String,
    until    DateTime64(3, 'UTC'),
    assignee String
)
ENGINE = ReplacingMergeTree
ORDER BY (alarm, at, action, actor)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
