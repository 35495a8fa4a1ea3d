-- Where a submission speaks, and as which version; rows that another worker wrote to close its units included.
SELECT DISTINCT facility, toUInt16(day), toString(unit), toString(ver), toString(tie), gen, toString(zip)
FROM slots
WHERE dataset = {dataset:String} AND submission = unhex({submission:String})
