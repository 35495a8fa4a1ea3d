-- Where facilities lie: the place that holds. Those before depend on how statements were batched.
SELECT toString(dataset) AS part, '' AS year, count() AS counted,
       concat(hex(sum(cityHash64(row))), hex(sum(sipHash64(row)))) AS sum
FROM
(
    SELECT dataset, (toString(dataset), facility, argMax((zip, county, toString(state), toString(hhs)), rev)) AS row
    FROM facility_places
    GROUP BY dataset, facility
)
GROUP BY part
ORDER BY part
