"""The same with Powertools for AWS Lambda: claim, status and both expiries are the library's."""

import os

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
)
from claim_first import KEEP_SECONDS, add_credit_once
from top_up import charge, may_die, meet, not_now, orders_of

KEY = os.environ["KEY"]
config = IdempotencyConfig(
    event_key_jmespath=KEY,
    raise_on_no_idempotency_key=True,
    expires_after_seconds=KEEP_SECONDS,
)


@idempotent_function(
    data_keyword_argument="order",
    persistence_store=DynamoDBPersistenceLayer(table_name="powertools"),
    config=config,
)
def top_up(order):
    meet(order)
    charge(order, order[KEY] if os.environ["TELL_KEY"] == "yes" else None)
    may_die("after the charge", order)
    add_credit_once(order, order[KEY])


def handler(event, context):
    config.register_lambda_context(context)  # a claim then ends with the function's timeout
    for order in orders_of(event):
        try:
            top_up(order=order)
        except IdempotencyAlreadyInProgressError:
            not_now(order)
            raise  # this message must come back
        may_die("before it returns", order)
