-- A condition on slots: what counted when so many days after their own day had passed, in UTC. Submissions that were
-- ever undone are few, so their orders are looked through one by one.
toUnixTimestamp64Milli(arrived) < (toInt64(day) + {lag:UInt16} + 1) * 86400000
AND NOT (submission IN (SELECT submission FROM undone WHERE dataset = {dataset:String})
         AND tupleElement(arrayLast(order -> tupleElement(order, 1) = submission AND tupleElement(order, 2) < (toInt64(day) + {lag:UInt16} + 1) * 86400000,
             (SELECT arraySort(order -> tupleElement(order, 2), groupArray((submission, toUnixTimestamp64Milli(at), is_undone))) FROM undone WHERE dataset = {dataset:String})), 3) = 1)
