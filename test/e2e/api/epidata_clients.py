"""The clients of Delphi Epidata as they are published, against another base address; prints what they return as JSON.

Arguments: base address. DELPHI_EPIDATA_KEY is the key, as the clients document it.
"""

import json
import os
import sys
import warnings
from datetime import date

warnings.filterwarnings("ignore")
BASE = sys.argv[1] + "/epidata"
KEY = os.environ.get("DELPHI_EPIDATA_KEY", "")

import epidatpy  # noqa: E402
from delphi_epidata import Epidata  # noqa: E402


def records(frame):
    return json.loads(frame.to_json(orient="records", date_format="iso")) if frame is not None else None


found = {}

# epidatpy: https://cmu-delphi.github.io/epidatpy
context = epidatpy.EpiDataContext(base_url=BASE)
ask = dict(data_source="clinic", signals="respiratory", geo_type="state", time_type="day", geo_values="pa,nj")
days = epidatpy.EpiRange(20240101, 20240103)
found["epidatpy"] = records(context.pub_covidcast(**ask, time_values=days).df())
found["epidatpy_as_of"] = records(context.pub_covidcast(**ask, time_values=days, as_of="2024-01-03").df())
found["epidatpy_issues"] = records(
    context.pub_covidcast(**ask, time_values="20240101", issues=epidatpy.EpiRange(20240101, 20240110)).df()
)
found["epidatpy_lag"] = records(context.pub_covidcast(**ask, time_values="*", lag=3).df())
found["epidatpy_week"] = records(
    context.pub_covidcast("clinic", "respiratory", "nation", "week", "*", epidatpy.EpiRange(202401, 202402)).df()
)
found["epidatpy_meta"] = records(context.pub_covidcast_meta().df())
sources = epidatpy.CovidcastEpidata(base_url=BASE)
found["epidatpy_sources"] = list(sources.source_names())
found["epidatpy_signal"] = records(sources[("clinic", "fever")].call("county", "*", days).df())

# delphi_epidata: https://cmu-delphi.github.io/delphi-epidata/api/client_libraries.html
Epidata.BASE_URL = BASE
Epidata.auth = ("epidata", KEY)
old = dict(data_source="clinic", signals="respiratory", time_type="day", geo_type="county")
found["delphi"] = Epidata.covidcast(**old, time_values=Epidata.range(20240101, 20240102), geo_value="*")
found["delphi_none"] = Epidata.covidcast(**old, time_values=[20190101], geo_value="42091")
found["delphi_error"] = Epidata.covidcast(**old, time_values=["yesterday"], geo_value="*")
found["delphi_csv"] = Epidata.covidcast(**old, time_values=[20240101], geo_value="42091", format="csv")
found["delphi_tree"] = Epidata.covidcast(**old, time_values=[20240101], geo_value="42091", format="tree")
found["delphi_meta"] = Epidata.covidcast_meta()["result"]

# covidcast: https://cmu-delphi.github.io/covidcast/covidcast-py
try:
    import covidcast
except ImportError as error:
    found["covidcast"] = None
    print(f"covidcast is not here: {error}", file=sys.stderr)
else:
    Epidata.BASE_URL = BASE + "/api.php"
    found["covidcast"] = records(
        covidcast.signal("clinic", "respiratory", date(2024, 1, 1), date(2024, 1, 2), "county", ["42091"])
    )
    found["covidcast_metadata"] = len(covidcast.metadata())

print(json.dumps(found))
