"""DynamoDB: conditional writes, transactions, PartiQL."""

import threading

import pytest
from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior

SERVICE = "DynamoDB"
GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"


class Ledger:
    """A table of events, each with a stream's name and a version."""

    def __init__(self, cloud):
        self.client = cloud.client("dynamodb")
        self.client.create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "account", "AttributeType": "S"},
                {"AttributeName": "version", "AttributeType": "N"},
            ],
            KeySchema=[
                {"AttributeName": "account", "KeyType": "HASH"},
                {"AttributeName": "version", "KeyType": "RANGE"},
            ],
        )

    def write(self, version: int, **attributes: dict) -> dict:
        """The Put of a version that must not exist."""
        return {
            "TableName": "ledger",
            "Item": {"account": {"S": "a"}, "version": {"N": str(version)}} | attributes,
            "ConditionExpression": "attribute_not_exists(version)",
        }

    def versions(self) -> list[int]:
        items = self.client.scan(TableName="ledger", ConsistentRead=True)["Items"]
        return sorted(int(item["version"]["N"]) for item in items)


@behavior(
    service=SERVICE,
    aws="Of two conditional writes of one new key one succeeds; the other is refused with"
    " ConditionalCheckFailedException.",
    source=GUIDE + "Expressions.ConditionExpressions.html",
    labs=[
        "missing-idempotency",
        "event-sourcing-cqrs",
        "saga",
        "fifo-always-better",
        "synchronous-request-response",
    ],
)
def test_a_conditional_write_succeeds_once(cloud):
    ledger = Ledger(cloud)
    outcomes = []

    def write():
        try:
            ledger.client.put_item(**ledger.write(1))
            outcomes.append("written")
        except ClientError as refused:
            outcomes.append(refused.response["Error"]["Code"])

    threads = [threading.Thread(target=write) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ConditionalCheckFailedException"] * 4 + ["written"]


@behavior(
    service=SERVICE,
    aws="A refused conditional write can give the item that was in its way.",
    source=GUIDE + "WorkingWithItems.html",
    labs=["missing-idempotency"],
)
def test_a_refused_write_gives_the_item_that_was_there(cloud):
    ledger = Ledger(cloud)
    ledger.client.put_item(**ledger.write(1, result={"S": "paid"}))
    with pytest.raises(ClientError) as refused:
        ledger.client.put_item(**ledger.write(1), ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert refused.value.response["Item"]["result"] == {"S": "paid"}


@behavior(
    service=SERVICE,
    aws="A transaction writes all or nothing, and names for each item why it was canceled.",
    source=GUIDE + "transaction-apis.html",
    labs=["event-sourcing-cqrs", "saga", "dual-writes-instead-of-streams"],
)
def test_a_transaction_writes_all_or_nothing(cloud):
    ledger = Ledger(cloud)
    ledger.client.put_item(**ledger.write(1))
    with pytest.raises(ClientError) as refused:
        ledger.client.transact_write_items(
            TransactItems=[{"Put": ledger.write(2)}, {"Put": ledger.write(1)}]
        )
    assert refused.value.response["Error"]["Code"] == "TransactionCanceledException"
    reasons = [reason["Code"] for reason in refused.value.response["CancellationReasons"]]
    assert reasons == ["None", "ConditionalCheckFailed"]
    assert ledger.versions() == [1]


@behavior(
    service=SERVICE,
    aws="A transaction that is sent again with the same client token is not done again.",
    source=GUIDE + "transaction-apis.html",
    labs=["missing-idempotency"],
)
def test_a_transaction_of_one_token_is_done_once(cloud):
    ledger = Ledger(cloud)
    ledger.client.put_item(**ledger.write(1, cents={"N": "0"}))
    add = {
        "TableName": "ledger",
        "Key": {"account": {"S": "a"}, "version": {"N": "1"}},
        "UpdateExpression": "ADD cents :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for _ in range(2):
        ledger.client.transact_write_items(
            TransactItems=[{"Update": add}], ClientRequestToken="order-1"
        )
    (item,) = ledger.client.scan(TableName="ledger")["Items"]
    assert item["cents"]["N"] == "1"


@behavior(
    service=SERVICE,
    aws="PartiQL statements read and write items.",
    source=GUIDE + "ql-reference.html",
    labs=["event-sourcing-cqrs"],
)
def test_partiql_reads_and_writes(cloud):
    ledger = Ledger(cloud)
    ledger.client.execute_statement(
        Statement="INSERT INTO ledger VALUE {'account': 'a', 'version': 1, 'kind': 'opened'}"
    )
    found = ledger.client.execute_statement(
        Statement="SELECT kind FROM ledger WHERE account = ?", Parameters=[{"S": "a"}]
    )["Items"]
    assert found == [{"kind": {"S": "opened"}}]
