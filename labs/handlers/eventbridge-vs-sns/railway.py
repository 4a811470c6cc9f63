"""The railway: has the track inspected where the ground has moved too much.

LIMIT_GAL is the acceleration from which on a track is inspected, in gal
(cm/s2). Weaker tremors are discarded; that is no error, so their messages
are done with. Prints one JSON line for each tremor.
"""

import json
import os
import time


def handler(event, context):
    limit_gal = float(os.environ["LIMIT_GAL"])
    for message in event["Records"]:
        tremor = json.loads(message["body"])
        step = decision(tremor, limit_gal)
        say(step, tremor_id=tremor["tremor_id"], limit_gal=limit_gal)


def decision(tremor, limit_gal):
    acceleration_gal = tremor["ground"]["acceleration_gal"]
    return "inspected" if acceleration_gal >= limit_gal else "discarded"


def say(step, **fields):
    print(json.dumps({"step": step, "at": time.time(), **fields}), flush=True)
