"""Writes a listing twice in one call: into the table, then into the search.

Carefully: the second write is tried three times, and what fails then is logged.
"""

import json

import tell_search
import write_table


def handler(event, context):
    car = write_table.write(event)
    for attempt in range(1, 4):
        try:
            tell_search.tell(car, gone=event["what"] == "sell")
            break
        except OSError as error:
            line = {"step": "search failed", "id": event["id"], "attempt": attempt}
            print(json.dumps({**line, "error": str(error)}), flush=True)
    return {"saved": event["id"]}
