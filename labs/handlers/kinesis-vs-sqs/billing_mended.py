"""The billing team's reader with the right price: a half hour counts as soon as it has begun."""

from billing import bill


def handler(event, context):
    bill(event["Records"], price)


def price(minutes):
    """One coin for each half hour that was begun."""
    return -(-minutes // 30)
