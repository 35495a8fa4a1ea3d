#!/usr/bin/env bash
# Runs the drivers of other languages against a ClickHouse: run.sh PORT [DATABASE].
# A driver that cannot be had here (no java, no pip, no registry) is skipped, and that is said aloud.
set -euo pipefail
cd "$(dirname "$0")"
port=$1
database=${2:-bellwether}
cache=${DRIVERS_CACHE:-${TMPDIR:-/tmp}/bellwether-drivers}
mkdir -p "$cache"

if command -v java >/dev/null && command -v javac >/dev/null && command -v mvn >/dev/null; then
  if [ -f "$cache/jars/done" ] ||
    { mvn -q -B -f pom.xml dependency:copy-dependencies -DoutputDirectory="$cache/jars" && touch "$cache/jars/done"; }; then
    javac -d "$cache" -cp "$cache/jars/*" Jdbc.java
    java -cp "$cache/jars/*:$cache" Jdbc "$port" "$database"
  else
    echo "SKIPPED: the JDBC driver could not be fetched" >&2
  fi
else
  echo "SKIPPED: no java, javac and mvn here, the JDBC driver is not tried" >&2
fi

if command -v python3 >/dev/null; then
  if [ -x "$cache/python/bin/python" ] || python3 -m venv "$cache/python"; then
    if "$cache/python/bin/pip" install -q clickhouse-connect==1.12.0; then
      "$cache/python/bin/python" connect.py "$port" "$database"
    else
      echo "SKIPPED: clickhouse-connect could not be fetched" >&2
    fi
  else
    echo "SKIPPED: python3 has no venv here, clickhouse-connect is not tried" >&2
  fi
else
  echo "SKIPPED: no python3 here, clickhouse-connect is not tried" >&2
fi
