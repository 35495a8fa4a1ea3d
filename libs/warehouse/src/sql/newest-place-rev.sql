-- Revision of the newest place; tells whether places have been added.
SELECT max(rev) FROM facility_places WHERE dataset = {dataset:String}
