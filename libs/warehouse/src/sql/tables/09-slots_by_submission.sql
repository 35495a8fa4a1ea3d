-- Undo and withdrawal ask for the slots of one submission.
ALTER TABLE slots ADD INDEX IF NOT EXISTS by_submission submission TYPE bloom_filter(0.01) GRANULARITY 1
