-- One row per submission and state; the newest state of a submission holds.
--
-- step   where it was stopped: receive, archive, parse, … load; '' otherwise
-- tries  how often that was tried
-- note   who discarded it, and why
CREATE TABLE IF NOT EXISTS ledger
(
    received_at   DateTime64(3, 'UTC'),
    submission    String,
    at            DateTime64(3, 'UTC'),
    state         LowCardinality(String),
    feed          LowCardinality(String),
    name          String,
    facility      String,
    sha256        String,
    bytes         UInt64,
    code          LowCardinality(String),
    detail        String,
    rows_read     UInt32,
    rows_accepted UInt32,
    rows_refused  UInt32,
    rev           UInt64,
    step          LowCardinality(String),
    tries         UInt16,
    note          String,
    INDEX by_submission submission TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (received_at, submission, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
