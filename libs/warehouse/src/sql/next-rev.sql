-- A revision above every one before it: milliseconds since 2025 and a counter, from the server's clock, in 53 bits;
-- and the revision of the newest place, which tells whether places have been added.
-- Asked for after the slots are inserted: who has the higher rev has seen the slots of the lower.
SELECT greatest(
    toUInt64((bitShiftRight(generateSnowflakeID(), 22) - 1735689600000) * 4096 + bitAnd(generateSnowflakeID(), 4095)),
    (SELECT max(rev) + 1 FROM ledger)) AS rev,
    (SELECT max(rev) FROM facility_places WHERE dataset = {dataset:String}) AS places_rev
