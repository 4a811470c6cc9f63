"""What the functions of the night share: the items of an event, and a line in the log."""

import json
import time


def items_of(event):
    """The items that an event carries, whichever pattern brought it.

    A caller or a state machine sends the item itself, a rule of EventBridge puts it into `detail`,
    a queue and a table's stream send several records.
    """
    if "Records" in event:
        return [item_in(record) for record in event["Records"]]
    return [event.get("detail", event)]


def item_in(record):
    if "dynamodb" in record:
        return {name: plain(value) for name, value in record["dynamodb"]["NewImage"].items()}
    return json.loads(record["body"])


def plain(value):
    """A value of a stream record: {"N": "7"} is 7, {"S": "seven"} is "seven"."""
    (kind, content), *_ = value.items()
    return int(content) if kind == "N" else content


def say(step, item, **fields):
    print(json.dumps({"step": step, "at": time.time(), **item, **fields}), flush=True)
