"""Tops up once for each order: one conditional put decides, before the work, who does it.

The record says how far the order has come, and two times end it: `busy_until` ends a claim whose
process died, `expires_at` ends the whole record when no copy of the message can be left.
"""

import contextlib
import os
import time

from top_up import charge, database, may_die, meet, not_now, orders_of

KEEP_SECONDS = 15 * 24 * 3600  # longer than any queue keeps a message
FREE = (
    "attribute_not_exists(order_id) OR expires_at < :now"
    " OR (#status = :in_progress AND busy_until < :now_ms)"
)
COMPLETED, IN_PROGRESS = "COMPLETED", "INPROGRESS"


class InProgress(Exception):
    """Another delivery works on this order, so this message must come back."""


def handler(event, context):
    for order in orders_of(event):
        key = order[os.environ["KEY"]]
        if claim(key, busy_ms=context.get_remaining_time_in_millis()):
            meet(order)
            work(order, key)
            may_die("before it returns", order)
        elif status_of(key) != COMPLETED:
            not_now(order)
            raise InProgress(key)


def claim(key, busy_ms):
    """Whether this delivery may do the work. Reading and writing are one operation."""
    now_ms = int(time.time() * 1000)
    now = now_ms // 1000
    try:
        database.put_item(
            TableName="orders",
            Item={
                "order_id": key,
                "status": IN_PROGRESS,
                "busy_until": now_ms + busy_ms,  # when Lambda ends this run at the latest
                "expires_at": now + KEEP_SECONDS,
            },
            ConditionExpression=FREE,
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":now": now,
                ":now_ms": now_ms,
                ":in_progress": IN_PROGRESS,
            },
        )
    except database.exceptions.ConditionalCheckFailedException:
        return False
    return True


def work(order, key):
    try:
        charge(order, key if os.environ["TELL_KEY"] == "yes" else None)
        may_die("after the charge", order)
        add_credit_once(order, key)
    except Exception:
        database.delete_item(TableName="orders", Key={"order_id": key})  # the next may try at once
        raise
    database.update_item(
        TableName="orders",
        Key={"order_id": key},
        UpdateExpression="SET #status = :completed",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":completed": COMPLETED},
    )


def status_of(key):
    found = database.get_item(TableName="orders", Key={"order_id": key}, ConsistentRead=True)
    return found.get("Item", {}).get("status")


def add_credit_once(order, key):
    """The credit is in our own table: the same write adds it and remembers for which order."""
    with contextlib.suppress(database.exceptions.ConditionalCheckFailedException):
        database.update_item(  # refused where an earlier delivery came as far as this
            TableName="phones",
            Key={"phone": order["phone"]},
            UpdateExpression="ADD credit :usd, orders :these",
            ConditionExpression="NOT contains(orders, :this)",
            ExpressionAttributeValues={":usd": order["usd"], ":these": {key}, ":this": key},
        )
