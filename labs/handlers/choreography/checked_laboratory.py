"""The laboratory as before, but it publishes nothing that breaks the contract."""

import os

from contracts import check
from laboratory import entry_of, publish


def handler(event, context):
    flag = os.environ["FLAG"]
    entries = [entry_of(result, "result released", flag) for result in event["results"]]
    return publish([check(entry) for entry in entries])  # all are checked before one is sent
