-- Every order that undid a submission, or took an undo back, in the order in which they came.
SELECT lower(hex(submission)), lower(hex(by_order)), toUnixTimestamp64Milli(at), is_undone
FROM undone FINAL
WHERE dataset = {dataset:String}
ORDER BY at, by_order
