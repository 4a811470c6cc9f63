"""Tells the search of one car: its words and its price, or that it is gone."""

import json
import os
import urllib.error
import urllib.request

SECONDS = 50  # longer than any write is held here


def tell(car, gone=False, version=None):
    """Send one write. False if the search knows a newer version; HTTPError if it refuses."""
    path = f"/cars/{car['id']}" + (f"?version={version}" if version else "")
    request = urllib.request.Request(
        os.environ["SEARCH"] + path,
        data=None if gone else json.dumps(car, default=int).encode(),  # numbers are Decimal
        method="DELETE" if gone else "PUT",
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):
            return True
    except urllib.error.HTTPError as refused:
        if refused.code == 409:
            return False
        raise
