-- Days on which any version of the facility's slots stands.
SELECT DISTINCT toUInt16(day) FROM slots WHERE dataset = {dataset:String} AND facility = {facility:String}
