-- What was stated, every version of it: one row per (dataset, day, facility, unit, version).
--
-- unit      0: the row states the whole facility-day. Otherwise the hash of a file or record: the facility-day is the
--           sum of the newest versions of its units. Every version of a unit has a row at every facility-day that any
--           version of it touches (without cells where it says nothing), so the newest version can be told from the
--           rows of one facility-day alone.
-- ver, tie  order of versions: the sender's number << 40 | seconds, then the first bytes of the content hash.
-- gen       0: as the sender stated it; above: restated by us (undo).
-- arrived   receipt of the submission: `as_of` asks for what had arrived by an instant.
-- Cells are parallel arrays; status is 0 reported, 1 missing, 2 suppressed, 3 deleted.
-- A replay writes equal rows, which collapse.
CREATE TABLE IF NOT EXISTS slots
(
    dataset    LowCardinality(String),
    day        Date,
    facility   String,
    unit       UInt128,
    ver        UInt64,
    tie        UInt64,
    gen        UInt8,
    arrived    DateTime64(3, 'UTC'),
    submission FixedString(32),
    feed       LowCardinality(String),
    reported   UInt8,
    zip        LowCardinality(String),
    category   Array(LowCardinality(String)),
    flag       Array(LowCardinality(String)),
    place      Array(LowCardinality(String)),
    status     Array(UInt8),
    value      Array(UInt32),
    records    Array(UInt32)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYear(day)
ORDER BY (dataset, day, facility, unit, ver, tie, gen)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
