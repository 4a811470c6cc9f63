"""The credit bureau: tells an applicant's score, and puts every inquiry on its bill.

Another company, behind HTTP in life. ANSWERS is the status that this release of its service gives:
200, or 503 while it is unavailable. What it knows of an applicant comes with the application, as
`on_file`: a score, or None.
"""

import json
import os
import time


class BureauUnavailable(Exception):
    """Passes: asking later helps."""


class NoCreditFile(Exception):
    """Final: the bureau knows nobody of this name, however often it is asked."""


def handler(event, context):
    return {"score": inquire(event["application_id"], event["on_file"])}


def inquire(application_id, score):
    if os.environ["ANSWERS"] == "503":
        say(application_id, "503")
        raise BureauUnavailable("503 Service Unavailable")
    if score is None:
        say(application_id, "no file")
        raise NoCreditFile("nobody of this name")
    say(application_id, "score")
    return score


def say(application_id, answer):
    fields = {"application_id": application_id, "answer": answer}
    print(json.dumps({"at": time.time(), **fields}), flush=True)
