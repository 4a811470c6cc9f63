"""The laboratory tells each result in both shapes, each under a detail-type of its own."""

from contracts import check
from laboratory import entry_of, publish

VERSIONS = {"result released": "flag", "result released v2": "interpretation"}


def handler(event, context):
    entries = [
        entry_of(result, detail_type, flag)
        for result in event["results"]
        for detail_type, flag in VERSIONS.items()
    ]
    return publish([check(entry) for entry in entries])
