"""A back end for the display at the pier, which is set up by its settings alone.

LIMITS has a part's name and its seconds, REQUIRED the parts that it cannot do without.
"""

import json
import os

import mobile_bff
from calls import answer, asked, together


def handler(event, context):
    query, headers = asked(event, "pier BFF")
    limits, required = (json.loads(os.environ[name]) for name in ("LIMITS", "REQUIRED"))
    every = mobile_bff.parts(query, headers, mobile_bff.LIMITS | limits)
    came, missing = together({name: every[name] for name in limits})
    if set(required) & set(missing):
        return answer(503, {"missing": missing}, headers)
    return answer(200, {**came, "missing": missing}, headers)
