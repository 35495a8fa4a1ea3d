-- facility_daily for somebody who may not see small counts of some datasets.
SELECT * FROM {database}.facility_daily WHERE NOT has({datasets}, dataset)
