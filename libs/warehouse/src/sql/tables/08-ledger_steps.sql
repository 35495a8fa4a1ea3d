-- Data folders made before 22 November 2026 have a ledger without these columns.
ALTER TABLE ledger
    ADD COLUMN IF NOT EXISTS step LowCardinality(String) AFTER rev,
    ADD COLUMN IF NOT EXISTS tries UInt16 AFTER step,
    ADD COLUMN IF NOT EXISTS note String AFTER tries
