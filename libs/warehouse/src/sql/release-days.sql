-- Days with counts: the revision of the newest, the last release with the revision that it was made from (0: none), and
-- the number of the last release whose counts are written.
SELECT toUInt16(day), newest, last, made_from, written
FROM
(
    SELECT day, max(rev) AS newest FROM rollups WHERE dataset = {dataset:String} AND level = 'nation' GROUP BY day
) AS counted
LEFT JOIN
(
    SELECT day, max(no) AS last, argMax(releases.rev, no) AS made_from FROM releases WHERE dataset = {dataset:String} GROUP BY day
) AS out USING (day)
LEFT JOIN
(
    SELECT day, max(no) AS written FROM released WHERE dataset = {dataset:String} AND level = 'nation' GROUP BY day
) AS shown USING (day)
ORDER BY day
