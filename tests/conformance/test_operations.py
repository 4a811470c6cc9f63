"""What an operator has: metrics, alarms, logs."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError

from tests.conformance.behavior import behavior
from tests.conformance.cloud import wait_until

SERVICE = "CloudWatch"
FAILS = """
import json
def handler(event, context):
    print(json.dumps({"step": "charge", "order": event["order"]}))
    raise ValueError("no such customer")
"""


def by_minute(cloud, namespace: str, metric: str, statistic: str, **dimensions: str) -> list[float]:
    """The metric's values of the last minutes, one for each minute that has any."""
    now = datetime.now(UTC)
    points = cloud.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=[statistic],
    )["Datapoints"]
    return [point[statistic] for point in points]


@behavior(
    service=SERVICE,
    aws="SQS publishes how many messages wait in a queue, each minute.",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
    "sqs-available-cloudwatch-metrics.html",
    labs=["zero-operations", "queue-based-load-leveling"],
    mend="sqs_rounds.py",
    stock="A queue or an account that is made during a round ends it, and other queues have no"
    " metric for that minute.",
)
def test_a_queue_s_depth_is_a_metric(cloud):
    queue = cloud.queue()
    queue.send("1", "2")
    name = queue.url.rpartition("/")[2]
    metric = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum")
    assert max(wait_until(lambda: by_minute(cloud, *metric, QueueName=name), 150)) == 2


@behavior(
    service=SERVICE,
    aws="Lambda publishes how often a function was invoked, and how often it failed.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
    labs=["zero-operations"],
)
def test_a_function_s_errors_are_a_metric(cloud):
    function = cloud.function(FAILS)
    function.invoke({"order": 1})
    function.invoke({"order": 2})

    def sum_of(metric):
        return sum(by_minute(cloud, "AWS/Lambda", metric, "Sum", FunctionName=function.name))

    wait_until(lambda: sum_of("Errors") == sum_of("Invocations") == 2)


@behavior(
    service=SERVICE,
    aws="An alarm whose metric crosses the threshold goes to ALARM and tells its topic.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
    "AlarmThatSendsEmail.html",
    labs=["zero-operations"],
)
def test_an_alarm_tells_its_topic(cloud):
    sns, cloudwatch, queue = cloud.client("sns"), cloud.client("cloudwatch"), cloud.queue()
    topic = sns.create_topic(Name="operators")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    cloudwatch.put_metric_alarm(
        AlarmName="dead letters",
        Namespace="Shop",
        MetricName="DeadLetters",
        Statistic="Maximum",
        Period=10,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
    )
    cloudwatch.put_metric_data(
        Namespace="Shop", MetricData=[{"MetricName": "DeadLetters", "Value": 1}]
    )

    def state():
        (alarm,) = cloudwatch.describe_alarms(AlarmNames=["dead letters"])["MetricAlarms"]
        return alarm["StateValue"]

    wait_until(lambda: state() == "ALARM", 60)
    (message,) = queue.receive(1)
    told = json.loads(json.loads(message["Body"])["Message"])
    assert (told["AlarmName"], told["NewStateValue"]) == ("dead letters", "ALARM")


@behavior(
    service=SERVICE,
    aws="FilterLogEvents finds the lines of all streams of a log group that match a pattern.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/"
    "FilterAndPatternSyntaxForLogs.html",
    labs=["zero-operations"],
    mend="log_patterns.py",
    stock="Every line matches every pattern.",
)
def test_the_logs_can_be_searched_for_a_word(cloud):
    function = cloud.function(FAILS)
    function.invoke({"order": 1})
    group = f"/aws/lambda/{function.name}"

    def found():
        answer = cloud.client("logs").filter_log_events(
            logGroupName=group, filterPattern="ValueError"
        )
        return [event["message"] for event in answer["events"]]

    lines = wait_until(lambda: function.log_lines() and found())
    assert all("ValueError" in line for line in lines)


@behavior(
    service=SERVICE,
    aws="FilterLogEvents answers while a function's new environments begin to write their streams.",
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"
    "API_FilterLogEvents.html",
    labs=["synchronous-request-response", "zero-operations"],
    mend="log_streams.py",
    stock="A stream that is made meanwhile ends the call with InternalError.",
)
def test_the_logs_can_be_read_while_streams_are_made(cloud):
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="orders")

    def make_streams():
        for number in range(300):
            logs.create_log_stream(logGroupName="orders", logStreamName=str(number))

    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(make_streams)
        while not made.done():
            logs.filter_log_events(logGroupName="orders")
        made.result()


@behavior(
    service=SERVICE,
    aws="FilterLogEvents finds JSON lines by a field.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/"
    "FilterAndPatternSyntaxForLogs.html",
    labs=["zero-operations"],
    mend="log_patterns.py",
    stock="Every line matches every pattern.",
)
def test_the_logs_can_be_searched_for_a_field(cloud):
    function = cloud.function(FAILS)
    function.invoke({"order": 7})
    wait_until(function.records)
    answer = cloud.client("logs").filter_log_events(
        logGroupName=f"/aws/lambda/{function.name}", filterPattern="{ $.order = 7 }"
    )
    assert [json.loads(event["message"])["order"] for event in answer["events"]] == [7]


@behavior(
    service=SERVICE,
    aws="Logs Insights answers a query over a log group.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AnalyzingLogData.html",
    labs=["zero-operations"],
    differs="It answers with every line: a filter is not heeded.",
)
def test_logs_insights_answers_a_query(cloud):
    function = cloud.function(FAILS)
    function.invoke({"order": 1})
    wait_until(function.records)
    logs, now = cloud.client("logs"), int(time.time())
    try:
        query = logs.start_query(
            logGroupName=f"/aws/lambda/{function.name}",
            startTime=now - 600,
            endTime=now + 60,
            queryString="fields @message | filter @message like /ValueError/",
        )["queryId"]
        results = logs.get_query_results(queryId=query)["results"]
    except ClientError:
        results = []
    messages = [f["value"] for row in results for f in row if f["field"] == "@message"]
    assert messages
    assert all("ValueError" in message for message in messages)


@behavior(
    service=SERVICE,
    aws="A metric filter counts the lines of a log group that match its pattern.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html",
    labs=["zero-operations"],
    mend="log_patterns.py",
    stock="It counts every line.",
)
def test_a_metric_filter_counts_matching_lines(cloud):
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="orders")
    logs.create_log_stream(logGroupName="orders", logStreamName="1")
    logs.put_metric_filter(
        logGroupName="orders",
        filterName="errors",
        filterPattern="ERROR",
        metricTransformations=[
            {"metricName": "Errors", "metricNamespace": "Shop", "metricValue": "1"}
        ],
    )
    now = int(time.time() * 1000)
    lines = ["INFO ok", "ERROR declined", "INFO ok", "ERROR declined"]
    logs.put_log_events(
        logGroupName="orders",
        logStreamName="1",
        logEvents=[{"timestamp": now, "message": line} for line in lines],
    )
    wait_until(lambda: sum(by_minute(cloud, "Shop", "Errors", "Sum")) >= 2)
    assert sum(by_minute(cloud, "Shop", "Errors", "Sum")) == 2
