-- A condition on slots: what counted at an instant, from what had arrived by then.
{standing_as_of} AND arrived <= fromUnixTimestamp64Milli({as_of:Int64}, 'UTC')
