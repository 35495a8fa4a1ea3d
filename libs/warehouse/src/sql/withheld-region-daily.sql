-- region_daily for somebody who may not see small counts of some datasets.
SELECT * FROM {database}.region_daily WHERE NOT has({datasets}, dataset)
UNION ALL SELECT * FROM {database}.released_region_daily WHERE has({datasets}, dataset)
