"""What the four services of a furniture store do, and where each writes it down.

SERVICE says which of them this function is. Each writes one row for each piece of work, under
the name that it is told, and prints one JSON line for each step.
"""

import json
import os
import time
import uuid

import boto3

SERVICE = os.environ["SERVICE"]
TABLES = {"order": "orders", "stock": "reservations", "truck": "slots", "invoice": "invoices"}
WORK_SECONDS = 0.1
database = boto3.resource("dynamodb").meta.client  # this client takes plain Python values


def work(order):
    """Do this service's part; return what a customer may know of it."""
    time.sleep(WORK_SECONDS)
    return {
        "order": lambda: {"order_id": order["order_id"]},
        "stock": lambda: {"reserved": order["item"]},
        "truck": lambda: {"truck_slot": "Thursday, 9 to 12"},
        "invoice": lambda: {"invoice": tax_number(order["order_id"])},
    }[SERVICE]()


def tax_number(order_id):
    """Ask the tax office for the number that an invoice needs, and wait until it has come."""
    request = {"request_id": str(uuid.uuid4()), "order_id": order_id}
    database.put_item(TableName="tax-requests", Item=request)
    key = {"order_id": order_id}
    while True:
        found = database.get_item(TableName="tax-numbers", Key=key, ConsistentRead=True)
        if "Item" in found:
            return found["Item"]["tax_number"]
        time.sleep(0.5)


def write(work_id, order, row, **condition):
    item = {"work_id": work_id, "order_id": order["order_id"], **row}
    database.put_item(TableName=TABLES[SERVICE], Item=item, **condition)


def say(step, order):
    line = {"step": step, "at": time.time(), "order_id": order["order_id"]}
    print(json.dumps(line), flush=True)
