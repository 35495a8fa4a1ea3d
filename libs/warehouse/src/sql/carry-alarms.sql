-- Takes a table over from another database of the same server; equal rows collapse, so it may be repeated.
INSERT INTO {table} SELECT * FROM {from}.{table}
