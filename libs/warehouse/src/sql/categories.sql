-- Categories that ever occurred in a dataset.
SELECT DISTINCT arrayJoin(category) AS id FROM rollups WHERE dataset = {dataset:String} AND level = 'nation' ORDER BY id
