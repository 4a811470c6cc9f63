"""Takes pizza orders, each of them once: the ticket bears the order's ID.

The ticket is written only if there is none with that ID. DynamoDB decides this in one
step, so of two deliveries at the same moment only one can win. The rest is the order
taker as it was.
"""

import json

from botocore.exceptions import ClientError
from order_taker import MENU, dynamodb, give_back, say, send_text


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        try:
            print_ticket(order, MENU[order["pizza"]])
            send_text(order)
        except Exception as error:
            say("failed", order, error=type(error).__name__)
            give_back(record)
            raise
        say("done", order)


def print_ticket(order, price):
    """What the kitchen sees, it bakes. It sees each order ID once."""
    ticket = {"ticket_id": order["order_id"], "price": str(price), **order}
    try:
        dynamodb.put_item(
            TableName="tickets",
            Item={name: {"S": text} for name, text in ticket.items()},
            ConditionExpression="attribute_not_exists(ticket_id)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        say("recognized", order)
