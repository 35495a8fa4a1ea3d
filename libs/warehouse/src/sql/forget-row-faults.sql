-- The faults of a reading that does not hold any more: the submission is about to be read again.
DELETE FROM row_faults WHERE submission = {submission:String}
