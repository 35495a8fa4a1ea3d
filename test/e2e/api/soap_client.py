"""A stock SOAP client (python3-zeep) that asks every operation. Arguments: WSDL address, user or "-", "text" or "digest".

The password, or the secret of the digest, is read from standard input.

Prints one JSON document with what it found; the test compares it.
"""
import json
import sys

import requests
import zeep
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken


def port_answers(client, port):
    service = client.bind("Bellwether", port)
    series = service.GetTimeSeries(
        dataset="clinic",
        category=["respiratory"],
        region=["county:42091", "facility:F3"],
        **{"from": "2024-01-01", "to": "2024-01-03"},
    )
    completeness = service.GetCompleteness(
        dataset="clinic", region=["county:42091"], **{"from": "2024-01-01", "to": "2024-01-02"}
    )
    datasets = service.ListDatasets()
    regions = service.ListRegions(dataset="clinic", level="zip", limit=2)
    facilities = service.ListFacilities(dataset="clinic", region="state:NJ")
    chart = service.GetChart(
        dataset="clinic",
        category=["respiratory"],
        region=["state:PA"],
        width=300,
        height=200,
        **{"from": "2024-01-01", "to": "2024-01-03"},
    )
    try:
        service.GetTimeSeries(dataset="clinic", category=["respiratory"], region=["county:00000"], epiweeks="202401")
        fault = None
    except zeep.exceptions.Fault as error:
        code = error.detail.find(".//{urn:bellwether:v1}code")
        fault = {"who": error.code, "message": error.message, "code": code.text}
    return {
        "series": [
            [each.region, [[value.day, value.total, value.unflagged, value.status] for value in each.value]]
            for each in series.series
        ],
        "completeness": [[value.day, value.reporting, value.participating] for value in completeness.completeness[0].value]
        if hasattr(completeness, "completeness")
        else [[value.day, value.reporting, value.participating] for value in completeness[0].value],
        "datasets": [[each.id, each.firstDay, [category.title for category in each.category]] for each in datasets],
        "regions": [[[each.region, each.parent] for each in regions.region], regions.next],
        "facilities": [each.facility for each in facilities.facility],
        "chart": [chart.contentType, chart.image[1:4].decode("ascii")],
        "fault": fault,
    }


def main():
    address, user, kind = sys.argv[1:4]
    token = None if user == "-" else UsernameToken(user, sys.stdin.readline().strip(), use_digest=kind == "digest")
    session = requests.Session()
    session.trust_env = False
    client = zeep.Client(address, wsse=token, transport=Transport(session=session, timeout=20, operation_timeout=20))
    print(json.dumps({port: port_answers(client, port) for port in ("Questions", "Questions12")}))


main()
