-- The faults of readings that do not hold any more: the submissions are about to be read again.
DELETE FROM row_faults WHERE submission IN {submissions:Array(String)}
