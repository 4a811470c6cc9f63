"""A popular half-measure: look the key up, do the work, write the key down at the end."""

import json

from box_office import charge, database, say, take_seat, write


def handler(event, context):
    key, order = event["headers"]["Idempotency-Key"], json.loads(event["body"])
    say("began", key, order)
    found = database.get_item(TableName="sales", Key={"sale_id": key}, ConsistentRead=True)
    if "Item" not in found:
        take_seat(key)
        charge(order["card"])
        write(key, order, "sold")
        say("sold", key, order)
    return {"statusCode": 201, "body": json.dumps({"seats": 1})}
