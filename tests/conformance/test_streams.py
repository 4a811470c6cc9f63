"""Event source mappings of DynamoDB Streams and Kinesis: what a poison record does, and to whom."""

import contextlib
import hashlib
import json
import time
from collections import Counter
from datetime import UTC, datetime
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until
from tests.conformance.held import HeldFunction

SERVICE = "Stream event source mappings"
FAILURES = "https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html"
KINESIS = "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"

# Prints each batch; fails where one of its records says "poison".
READER = """
import base64, json, time
def handler(event, context):
    names = []
    for record in event["Records"]:
        if "kinesis" in record:
            names.append(base64.b64decode(record["kinesis"]["data"]).decode())
        else:
            names.append(record["dynamodb"]["Keys"]["id"]["S"])
    failed = [name for name in names if "poison" in name]
    print(json.dumps({"at": time.time(), "names": names, "failed": bool(failed)}))
    if failed:
        raise ValueError(failed[0])
"""
# Answers with the first poison record, as ReportBatchItemFailures asks for.
REPORTER = """
import json
def handler(event, context):
    names = {r["dynamodb"]["SequenceNumber"]: r["dynamodb"]["Keys"]["id"]["S"]
             for r in event["Records"]}
    print(json.dumps({"names": list(names.values())}))
    failed = [number for number, name in names.items() if "poison" in name]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed[:1]]}
"""
# The same for a Kinesis stream.
KINESIS_REPORTER = """
import base64, json
def handler(event, context):
    names = {r["kinesis"]["sequenceNumber"]: base64.b64decode(r["kinesis"]["data"]).decode()
             for r in event["Records"]}
    print(json.dumps({"names": list(names.values())}))
    failed = [number for number, name in names.items() if "poison" in name]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed[:1]]}
"""


class Table:
    """A table with a stream, and the writing of its items."""

    def __init__(self, cloud, view="NEW_AND_OLD_IMAGES"):
        self.client = cloud.client("dynamodb")
        self.stream = self.client.create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
        )["TableDescription"]["LatestStreamArn"]

    def put(self, *names: str, **attributes: dict) -> None:
        for name in names:
            self.client.put_item(TableName="ledger", Item={"id": {"S": name}} | attributes)


class Stream:
    """A Kinesis stream, and the writing of its records."""

    def __init__(self, cloud, shards=1):
        self.client = cloud.client("kinesis")
        self.client.create_stream(StreamName="clicks", ShardCount=shards)
        self.arn = cloud.arn("kinesis", "stream/clicks")

        def is_active():
            found = self.client.describe_stream(StreamName="clicks")["StreamDescription"]
            return found["StreamStatus"] == "ACTIVE"

        wait_until(is_active)

    def put(self, key: str, *names: str) -> str:
        """Write the records in order; the id of the shard of the last."""
        for name in names:
            answer = self.client.put_record(
                StreamName="clicks", Data=name.encode(), PartitionKey=key
            )
        return answer["ShardId"]


def names_of(records: list[dict]) -> list[str]:
    return [name for record in records for name in record["names"]]


def read_position(queue) -> dict:
    """What an on-failure queue was told."""
    (message,) = queue.receive(1)
    return json.loads(message["Body"])


def on_failure(queue) -> dict:
    return {"OnFailure": {"Destination": queue.arn}}


@behavior(
    service=SERVICE,
    aws="With BisectBatchOnFunctionError a failed batch is split in two until the poison record is"
    " alone; every other record is handled, and the on-failure destination gets the position of"
    " that one record.",
    source=FAILURES,
    labs=["event-sourcing-cqrs", "kinesis-vs-sqs"],
    mend="stream_bisect.py",
    stock="The whole batch is retried, then given up as a whole.",
)
def test_a_failed_batch_is_split_until_the_poison_record_is_alone(cloud):
    table, queue = Table(cloud), cloud.queue()
    table.put("1", "2", "3", "4", "5 poison", "6", "7", "8")
    function = cloud.function(READER)
    function.map(
        table.stream,
        StartingPosition="TRIM_HORIZON",
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=0,
        DestinationConfig=on_failure(queue),
    )
    told = read_position(queue)
    assert told["DDBStreamBatchInfo"]["batchSize"] == 1

    def handled():
        batches = [record for record in function.records() if not record["failed"]]
        return names_of(batches)

    wait_until(lambda: "8" in handled())
    assert handled() == ["1", "2", "3", "4", "6", "7", "8"], "each once, in order"


@behavior(
    service=SERVICE,
    aws="Splitting a batch does not count as a retry: the poison record, once alone, is retried"
    " MaximumRetryAttempts times.",
    source=FAILURES,
    labs=["event-sourcing-cqrs"],
    mend="stream_bisect.py",
    stock="The whole batch is retried, then given up as a whole.",
)
def test_splitting_a_batch_does_not_use_up_its_retries(cloud):
    table, queue = Table(cloud), cloud.queue()
    table.put("1 poison", "2")
    function = cloud.function(READER)
    function.map(
        table.stream,
        StartingPosition="TRIM_HORIZON",
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=1,
        DestinationConfig=on_failure(queue),
    )
    queue.receive(1)
    batches = [record["names"] for record in function.wait_for_records(4)]
    assert batches == [["1 poison", "2"], ["1 poison"], ["1 poison"], ["2"]]


@behavior(
    service=SERVICE,
    aws="A batch that fails is retried MaximumRetryAttempts times; then the on-failure destination"
    " gets its position in the stream, not its records.",
    source=FAILURES,
    labs=["event-sourcing-cqrs", "dual-writes-instead-of-streams"],
)
def test_a_batch_that_keeps_failing_is_given_up_after_its_retries(cloud):
    table, queue = Table(cloud), cloud.queue()
    table.put("1 poison", "2")
    function = cloud.function(READER)
    function.map(
        table.stream,
        StartingPosition="TRIM_HORIZON",
        MaximumRetryAttempts=1,
        DestinationConfig=on_failure(queue),
    )
    told = read_position(queue)
    assert [record["names"] for record in function.wait_for_records(2)] == [["1 poison", "2"]] * 2
    context = told["requestContext"]
    assert context["condition"] == "RetryAttemptsExhausted"
    assert context["approximateInvokeCount"] == 2
    assert context["functionArn"] == function.arn
    assert told["responseContext"]["functionError"] == "Unhandled"
    position = told["DDBStreamBatchInfo"]
    assert position["batchSize"] == 2
    assert position["streamArn"] == table.stream
    assert position["startSequenceNumber"] < position["endSequenceNumber"]
    assert "poison" not in json.dumps(told)


@behavior(
    service=SERVICE,
    aws="The on-failure record says when the batch's records arrived in the stream.",
    source=FAILURES,
    labs=["event-sourcing-cqrs"],
    mend="dynamodb_record_age.py",
    stock="It says when they were given up, and no record of a table ever grows too old.",
)
def test_the_failure_record_tells_when_the_records_arrived(cloud):
    table, queue = Table(cloud), cloud.queue()
    function = cloud.function(READER)
    table.put("1 poison")
    written = time.time()
    wait_until(lambda: time.time() > written + 2)
    function.map(
        table.stream,
        StartingPosition="TRIM_HORIZON",
        MaximumRetryAttempts=0,
        DestinationConfig=on_failure(queue),
    )
    told = read_position(queue)["DDBStreamBatchInfo"]["approximateArrivalOfFirstRecord"]
    arrived = datetime.fromisoformat(told.replace("+00:00Z", "Z")).astimezone(UTC).timestamp()
    assert arrived < written + 1


@behavior(
    service=SERVICE,
    aws="By default a failing batch is retried until its records expire; what was written after it"
    " to the same shard waits.",
    source=FAILURES,
    labs=["event-sourcing-cqrs", "kinesis-vs-sqs"],
)
def test_a_poison_record_blocks_its_shard(cloud):
    table = Table(cloud)
    table.put("poison")
    function = cloud.function(READER)
    function.map(table.stream, StartingPosition="TRIM_HORIZON")
    function.wait_for_records(1)
    table.put("late")
    records = function.wait_for_records(3)
    assert set(names_of(records)) == {"poison"}


@behavior(
    service=SERVICE,
    aws="A poison record blocks its own shard only: the other shards of the stream are read on.",
    source=KINESIS,
    labs=["kinesis-vs-sqs"],
    mend="stream_shards.py",
    stock="The shards are read in turn by one thread, and a failing batch stops them all.",
)
def test_a_poison_record_blocks_no_other_shard(cloud):
    stream = Stream(cloud, shards=2)
    blocked = stream.put("a", "poison")
    other = next(key for key in "bcdefgh" if stream.put(key, key) != blocked)
    function = cloud.function(READER)
    function.map(stream.arn, StartingPosition="TRIM_HORIZON")
    wait_until(lambda: len([r for r in function.records() if r["failed"]]) > 1)
    stream.put(other, "late")
    wait_until(lambda: "late" in names_of(function.records()))


@behavior(
    service=SERVICE,
    aws="Shards are read side by side, each by an invocation of its own.",
    source=KINESIS,
    labs=["kinesis-vs-sqs"],
    mend="stream_shards.py",
    stock="One shard a second, and it waits until the function has returned.",
)
def test_shards_are_read_side_by_side(cloud):
    stream = Stream(cloud, shards=2)
    first = stream.put("a", "a")
    next(key for key in "bcdefgh" if stream.put(key, key) != first)
    held = HeldFunction(cloud)
    held.function.map(stream.arn, StartingPosition="TRIM_HORIZON")
    held.wait_until_begun(2)  # and none of them may end before that
    held.let_go(2)
    held.wait_until_done(2)


@behavior(
    service=SERVICE,
    aws="Records of one partition key come in the order in which they were written.",
    source="https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html",
    labs=["kinesis-vs-sqs"],
)
def test_records_of_one_key_keep_their_order(cloud):
    stream = Stream(cloud, shards=2)
    function = cloud.function(READER)
    function.map(stream.arn, StartingPosition="TRIM_HORIZON", BatchSize=3)
    for number in range(6):
        for key in "abc":
            stream.put(key, f"{key}{number}")
    names = wait_until(
        lambda: (found := names_of(function.records())) and len(found) == 18 and found
    )
    for key in "abc":
        assert [name for name in names if name[0] == key] == [f"{key}{n}" for n in range(6)]


@behavior(
    service=SERVICE,
    aws="Every consumer of a stream gets every record.",
    source=KINESIS,
    labs=["kinesis-vs-sqs"],
)
def test_two_consumers_of_a_stream_each_see_every_record(cloud):
    stream = Stream(cloud)
    functions = [cloud.function(READER) for _ in range(2)]
    for function in functions:
        function.map(stream.arn, StartingPosition="TRIM_HORIZON")
    stream.put("a", "1", "2", "3")
    for function in functions:
        found = wait_until(lambda f=function: len(names := names_of(f.records())) > 2 and names)
        assert found == ["1", "2", "3"]


@behavior(
    service=SERVICE,
    aws="TRIM_HORIZON reads what the stream still keeps, LATEST only what is written from then on.",
    source=KINESIS,
    labs=["kinesis-vs-sqs", "event-sourcing-cqrs"],
)
def test_the_starting_position_decides_what_a_new_consumer_sees(cloud):
    stream = Stream(cloud)
    stream.put("a", "old")
    late, whole = cloud.function(READER), cloud.function(READER)
    late.map(stream.arn, StartingPosition="LATEST")
    whole.map(stream.arn, StartingPosition="TRIM_HORIZON")
    wait_until(lambda: "old" in names_of(whole.records()))

    def late_reads():  # LATEST is where the poller begins, some time after the mapping was made
        stream.put("a", "new")
        return names_of(late.records())

    assert set(wait_until(late_reads)) == {"new"}


@behavior(
    service=SERVICE,
    aws="A mapping that is updated, or disabled and enabled again, goes on behind the last record"
    " that was handled.",
    source=KINESIS,
    labs=["event-sourcing-cqrs", "kinesis-vs-sqs"],
    mend="stream_shards.py",
    stock="It begins again at its StartingPosition: TRIM_HORIZON repeats all, LATEST loses some.",
)
def test_an_updated_mapping_goes_on_where_it_was(cloud):
    table = Table(cloud)
    function = cloud.function(READER)
    mapping = function.map(table.stream, StartingPosition="TRIM_HORIZON")
    table.put("1")
    function.wait_for_records(1)

    def change(**settings):
        function.client.update_event_source_mapping(UUID=mapping, **settings)

    def has_state(state):
        return function.client.get_event_source_mapping(UUID=mapping)["State"] == state

    change(Enabled=False)
    wait_until(lambda: has_state("Disabled"))
    table.put("2")
    change(Enabled=True, BatchSize=10)
    wait_until(lambda: "2" in names_of(function.records()))
    assert names_of(function.records()) == ["1", "2"]


@behavior(
    service=SERVICE,
    aws="With ReportBatchItemFailures Lambda retries from the first record that the function"
    " reported, not those before it.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html",
    labs=["event-sourcing-cqrs"],
)
def test_a_reported_failure_is_where_the_retry_begins(cloud):
    table, queue = Table(cloud), cloud.queue()
    table.put("1", "2 poison", "3")
    function = cloud.function(REPORTER)
    function.map(
        table.stream,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=1,
        DestinationConfig=on_failure(queue),
    )
    queue.receive(1)
    batches = [record["names"] for record in function.wait_for_records(2)]
    assert batches == [["1", "2 poison", "3"], ["2 poison", "3"]]


@behavior(
    service=SERVICE,
    aws="The MD5 of the partition key, as a number, decides the shard: the one whose range of hash"
    " keys holds it.",
    source="https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html",
    labs=["kinesis-vs-sqs"],
)
def test_the_md5_of_the_partition_key_decides_the_shard(cloud):
    stream = Stream(cloud, shards=3)
    ranges = {
        shard["ShardId"]: [int(number) for number in shard["HashKeyRange"].values()]
        for shard in stream.client.list_shards(StreamName="clicks")["Shards"]
    }
    chosen = set()
    for key in (f"bike-{number}" for number in range(20)):
        number = int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16)
        shard = stream.put(key, key)
        assert min(ranges[shard]) <= number <= max(ranges[shard])
        chosen.add(shard)
    assert chosen == set(ranges)


@behavior(
    service=SERVICE,
    aws="With ReportBatchItemFailures a mapping of a Kinesis stream, too, retries from the first"
    " record that the function reported.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html",
    labs=["kinesis-vs-sqs"],
)
def test_a_reported_record_of_a_kinesis_stream_is_where_the_retry_begins(cloud):
    stream, queue = Stream(cloud), cloud.queue()
    stream.put("a", "1", "2 poison", "3")
    function = cloud.function(KINESIS_REPORTER)
    function.map(
        stream.arn,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=1,
        DestinationConfig=on_failure(queue),
    )
    told = read_position(queue)
    batches = [record["names"] for record in function.wait_for_records(2)]
    assert batches == [["1", "2 poison", "3"], ["2 poison", "3"]]
    assert told["KinesisBatchInfo"]["batchSize"] == 2


@behavior(
    service=SERVICE,
    aws="A mapping that begins at TRIM_HORIZON later reads all that the stream still keeps, while"
    " the other consumers get nothing twice.",
    source=KINESIS,
    labs=["kinesis-vs-sqs"],
)
def test_a_later_mapping_reads_all_again_and_nobody_else_does(cloud):
    stream = Stream(cloud, shards=2)
    first, later = cloud.function(READER), cloud.function(READER)
    first.map(stream.arn, StartingPosition="TRIM_HORIZON")
    for key in "abcdef":
        stream.put(key, key)
    wait_until(lambda: sorted(names_of(first.records())) == list("abcdef"))
    later.map(stream.arn, StartingPosition="TRIM_HORIZON")
    wait_until(lambda: sorted(names_of(later.records())) == list("abcdef"))
    for key in "abcdef":  # by now both are past everything
        stream.put(key, key.upper())
    for function in (first, later):
        wait_until(lambda f=function: len(names_of(f.records())) >= 12)
        assert sorted(names_of(function.records())) == sorted("abcdefABCDEF")


@behavior(
    service=SERVICE,
    aws="With ParallelizationFactor one shard is handled by several invocations at once, each key"
    " still in order.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html",
    labs=["kinesis-vs-sqs"],
    differs="The factor is stored and not used: one batch at a time for each shard.",
)
def test_a_shard_is_handled_by_several_invocations_at_once(cloud):
    stream = Stream(cloud)
    for key in "abcdefgh":
        stream.put(key, key)
    function = cloud.function(READER.replace("names = []", "names = []; time.sleep(1)"))
    function.map(stream.arn, StartingPosition="TRIM_HORIZON", BatchSize=1, ParallelizationFactor=4)
    ends = [record["at"] for record in function.wait_for_records(3)]
    assert ends[2] - ends[0] < 1


@behavior(
    service=SERVICE,
    aws="A filter decides which records invoke the function; the others are passed over.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html",
    labs=["dual-writes-instead-of-streams"],
)
def test_records_that_do_not_match_the_filter_are_passed_over(cloud):
    table = Table(cloud)
    function = cloud.function(READER)
    pattern = json.dumps({"eventName": ["MODIFY"]})
    function.map(
        table.stream,
        StartingPosition="TRIM_HORIZON",
        FilterCriteria={"Filters": [{"Pattern": pattern}]},
    )
    table.put("1", "2", color={"S": "red"})
    table.put("2", color={"S": "blue"})
    function.wait_for_records(1)
    assert Counter(names_of(function.records())) == {"2": 1}


@behavior(
    service="DynamoDB",
    aws="A stream carries what its view type says: the keys, or the item before and after.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
    labs=["event-sourcing-cqrs", "dual-writes-instead-of-streams"],
)
def test_the_view_type_decides_what_a_stream_record_carries(cloud):
    images = {}
    for account, view in ((cloud, "NEW_AND_OLD_IMAGES"), (cloud.other_account(), "KEYS_ONLY")):
        table = Table(account, view)
        table.put("1", color={"S": "red"})
        table.put("1", color={"S": "blue"})
        images[view] = records_of(account, table.stream, 2)[1]["dynamodb"]
    both = images["NEW_AND_OLD_IMAGES"]
    assert (both["OldImage"]["color"]["S"], both["NewImage"]["color"]["S"]) == ("red", "blue")
    assert not {"OldImage", "NewImage"} & set(images["KEYS_ONLY"])


@behavior(
    service="DynamoDB",
    aws="Every change of an item is in the stream, in the order of the changes, from the moment at"
    " which the table can be written to.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
    labs=["event-sourcing-cqrs", "dual-writes-instead-of-streams"],
)
def test_the_stream_has_every_change_of_an_item_in_order(cloud):
    table = Table(cloud)
    for number in range(20):
        table.put("1", balance={"N": str(number)})
    images = [record["dynamodb"]["NewImage"] for record in records_of(cloud, table.stream, 20)]
    assert [int(image["balance"]["N"]) for image in images] == list(range(20))


def records_of(cloud, stream: str, count: int) -> list[dict]:
    """The first records of a table's stream."""
    client, found = cloud.client("dynamodbstreams"), []
    shards = client.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    positions = [
        client.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        for shard in shards
    ]

    def enough():
        for place, position in enumerate(positions):
            answer = client.get_records(ShardIterator=position)
            found.extend(answer["Records"])
            positions[place] = answer["NextShardIterator"]
        return len(found) >= count

    wait_until(enough)
    return found


@behavior(
    service="DynamoDB",
    aws="An item whose time to live is over is still read until the service deletes it; the stream"
    " then tells of it as of any deleted item.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html",
    labs=["missing-idempotency", "event-sourcing-cqrs"],
)
def test_an_expired_item_is_read_until_the_service_deletes_it(cloud):
    _, removed = expired_item(cloud)
    assert removed["eventName"] == "REMOVE"


@behavior(
    service="DynamoDB",
    aws="A stream's record of an expired item names the service as the one who deleted it.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
    "time-to-live-ttl-streams.html",
    labs=["event-sourcing-cqrs"],
    differs="The record looks like that of an item that somebody deleted.",
)
def test_the_stream_tells_an_expired_item_from_a_deleted_one(cloud):
    _, removed = expired_item(cloud)
    service = {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
    assert removed.get("userIdentity") == service


def expired_item(cloud) -> list[dict]:
    """The stream's records of an item that is written and expires."""
    table = Table(cloud)
    table.client.update_time_to_live(
        TableName="ledger", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    table.put("old", expires={"N": str(int(time.time()) - 60)})
    assert table.client.get_item(TableName="ledger", Key={"id": {"S": "old"}}).get("Item")
    # AWS deletes within days; the emulator when it is asked to. It then walks through the tables
    # of all accounts, and fails where another test makes or deletes one at that moment.
    request = Request(f"{cloud.endpoint}/_aws/dynamodb/expired", method="DELETE")
    direct = build_opener(ProxyHandler({}))

    def is_gone():
        with contextlib.suppress(HTTPError):
            direct.open(request).close()
        return "Item" not in table.client.get_item(TableName="ledger", Key={"id": {"S": "old"}})

    wait_until(is_gone)
    return records_of(cloud, table.stream, 2)
