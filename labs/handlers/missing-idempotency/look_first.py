"""The popular half-measure: look the order up, do the work, write it down at the end."""

from top_up import add_credit, charge, database, may_die, meet, orders_of


def handler(event, context):
    for order in orders_of(event):
        key = {"order_id": order["order_id"]}
        if "Item" in database.get_item(TableName="orders", Key=key, ConsistentRead=True):
            continue
        meet(order)
        charge(order)
        may_die("after the charge", order)
        add_credit(order)
        database.put_item(TableName="orders", Item=key)
        may_die("before it returns", order)
