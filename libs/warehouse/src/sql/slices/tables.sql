-- Tables of the database, with what they are cut by (the day or instant of a row where it has one) and their order.
SELECT name, engine = 'ReplacingMergeTree' AS collapses, names, dated, sorting_key
FROM system.tables AS t
INNER JOIN
(
    SELECT table, groupArray(name) AS names,
           multiIf(has(names, 'day'), 'day', has(names, 'received_at'), 'received_at', '') AS dated
    FROM (SELECT table, name FROM system.columns WHERE database = currentDatabase() ORDER BY table, position)
    GROUP BY table
) AS c ON c.table = t.name
WHERE t.database = currentDatabase() AND engine LIKE '%MergeTree'
ORDER BY name
