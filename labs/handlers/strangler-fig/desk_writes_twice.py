"""The moved route with a second write in the same request: first the table, then the old system."""

import json

import desk
import tell_legacy


def handler(event, context):
    route = event["path"].strip("/")
    entry = json.loads(event["body"])
    desk.keep(route, entry)
    tell_legacy.tell(route, entry)  # if this fails, the item above stays
    return {"statusCode": 200, "body": json.dumps({"kept_in": "both"})}
