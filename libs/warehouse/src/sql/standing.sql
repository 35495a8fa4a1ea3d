-- A condition on slots: their submission is not undone.
submission NOT IN (SELECT submission FROM undone WHERE dataset = {dataset:String} GROUP BY submission HAVING argMax(is_undone, at) = 1)
