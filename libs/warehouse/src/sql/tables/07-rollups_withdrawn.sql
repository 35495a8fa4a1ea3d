-- Data folders made before 21 November 2026 have rollups without this column.
ALTER TABLE rollups ADD COLUMN IF NOT EXISTS withdrawn UInt32 AFTER reporting
