"""What BI tools that use clickhouse-connect (Superset, notebooks) ask of a ClickHouse. Argument: the HTTP port."""

import datetime
import sys

import clickhouse_connect
from clickhouse_connect.driver.exceptions import DatabaseError
from clickhouse_connect.driver.external import ExternalData

PORT = int(sys.argv[1])
DATABASE = sys.argv[2]


def client(**options):
    return clickhouse_connect.get_client(host="127.0.0.1", port=PORT, database=DATABASE, **options)


def same(what, found, expected):
    if found != expected:
        raise SystemExit(f"{what}: found {found!r}, expected {expected!r}")
    print(f"ok {what}")


c = client()
day = datetime.date(2024, 2, 29)
c.command("CREATE OR REPLACE TABLE driver (a UInt32, s String, d Date, n Nullable(Float64)) ENGINE = MergeTree ORDER BY a")
same("native results", c.query("SELECT toUInt8(1), 'x', toDate('2024-02-29'), [1, 2], map('k', 1)").result_rows[0], (1, "x", day, [1, 2], {"k": 1}))
for compression in [False, "gzip", "lz4", "zstd"]:
    c.command("TRUNCATE TABLE driver")
    rows = [[i, f"row\n\n{i}", day, None if i % 2 else i / 2] for i in range(20000)]
    client(compress=compression).insert("driver", rows, column_names=["a", "s", "d", "n"])
    counted = c.query("SELECT count(), sum(a), countIf(s LIKE '%\\n\\n%'), countIf(n IS NULL) FROM driver").result_rows[0]
    same(f"native inserts, compress={compression}", counted, (20000, 199990000, 20000, 10000))
same("parameters", c.query("SELECT {a:UInt32}, {s:String}", parameters={"a": 5, "s": "q'\t"}).result_rows, [(5, "q'\t")])
same("settings", c.query("SELECT getSetting('max_threads')", settings={"max_threads": 3}).result_rows, [(3,)])
c.command("CREATE TEMPORARY TABLE own (a UInt8)")
same("its session", c.query("SELECT count() FROM own").result_rows, [(0,)])
given = ExternalData(file_name="given.csv", fmt="CSV", structure=["name String", "v UInt32"], data=b"a,1\nb,2\n")
same("external tables", c.query("SELECT name, v FROM given ORDER BY v", external_data=given).result_rows, [("a", 1), ("b", 2)])
with c.query_row_block_stream("SELECT number FROM numbers(300000)") as blocks:
    same("streams", sum(len(block) for block in blocks), 300000)
try:
    c.query("SELECT nothing")
    raise SystemExit("errors: found none")
except DatabaseError as error:
    same("errors", "UNKNOWN_IDENTIFIER" in str(error), True)
c.command("DROP TABLE driver")
