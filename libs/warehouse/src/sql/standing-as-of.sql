-- A condition on slots: their submission was not undone by an instant; 0 is now.
submission NOT IN (SELECT submission FROM undone WHERE dataset = {dataset:String} AND ({as_of:Int64} = 0 OR toUnixTimestamp64Milli(at) <= {as_of:Int64}) GROUP BY submission HAVING argMax(is_undone, at) = 1)
