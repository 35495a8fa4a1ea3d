"""What notebooks and Superset (clickhouse-connect) ask of the SQL door. Arguments: port, database. The key is the first line of standard input."""

import datetime
import sys

import clickhouse_connect
from clickhouse_connect.driver.exceptions import DatabaseError

PORT = int(sys.argv[1])
DATABASE = sys.argv[2]
KEY = sys.stdin.readline().strip()


def client(key=KEY, **options):
    return clickhouse_connect.get_client(host="127.0.0.1", port=PORT, database=DATABASE, username="superset", password=key, **options)


def same(what, found, expected):
    if found != expected:
        raise SystemExit(f"{what}: found {found!r}, expected {expected!r}")
    print(f"ok {what}")


c = client()
days = [datetime.date(2026, 1, 1), datetime.date(2026, 1, 2), datetime.date(2026, 1, 3)]
rows = c.query("SELECT day, value FROM region_daily WHERE level = 'county' ORDER BY day")
same("native results", rows.result_rows, list(zip(days, [7, 0, None])))
same("types", [kind.name for kind in rows.column_types], ["Date", "Nullable(UInt64)"])
same("parameters", c.query("SELECT count() FROM region_daily WHERE region = {r:String}", parameters={"r": "42091"}).result_rows, [(3,)])
same("settings", c.query("SELECT 1", settings={"max_execution_time": 3}).result_rows, [(1,)])
with c.query_row_block_stream("SELECT day FROM region_daily") as blocks:
    same("streams", sum(len(block) for block in blocks), 4)
same("commands", c.command("SELECT count() FROM facilities"), 1)
same("databases", c.command("SHOW DATABASES"), DATABASE)
same("no compression", client(compress=False).command("SELECT 1"), 1)
for statement, word in [("SELECT nothing", "UNKNOWN_IDENTIFIER"), ("SELECT * FROM url('http://127.0.0.1/', 'CSV')", "SQL_REFUSED")]:
    try:
        c.query(statement)
        raise SystemExit(f"{statement}: no error")
    except DatabaseError as error:
        same(statement, word in str(error), True)
try:
    client("wrong")
    raise SystemExit("a wrong key was taken")
except DatabaseError as error:
    same("a wrong key", "AUTHENTICATION_FAILED" in str(error) or "UNAUTHENTICATED" in str(error), True)
