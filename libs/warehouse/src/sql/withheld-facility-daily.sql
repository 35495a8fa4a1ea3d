-- facility_daily for somebody who may not see small counts of some datasets.
SELECT * FROM {exact} WHERE NOT has({datasets}, dataset)
