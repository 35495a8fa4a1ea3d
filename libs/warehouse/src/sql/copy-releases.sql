-- What is out stays out, whatever the counts are made from anew.
INSERT INTO {table} SELECT * FROM {from}.{table}
