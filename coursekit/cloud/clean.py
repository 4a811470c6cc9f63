"""Empty an account: whatever an earlier or interrupted run left behind."""

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from botocore.client import BaseClient
from botocore.exceptions import ClientError

MAPPING_SECONDS = 10.0  # how long mappings may take to go
_gone = contextlib.suppress(ClientError)  # deleted by its owner in the meantime

type ClientFactory = Callable[[str], BaseClient]


def empty_account(client: ClientFactory, running: list[str]) -> None:
    """Delete everything of this account in those services that the emulator has running."""
    for service in ("lambda", "events", "stepfunctions"):  # what acts by itself goes first
        if service in running:
            _STOPPERS[service](client(service))
    services = [name for name in _CLEANERS if name in running]
    clients = {name: client(name) for name in services}  # making clients is not thread-safe
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: _CLEANERS[name](clients[name]), services))


def _items(client: BaseClient, operation: str, key: str, **arguments: object) -> list:
    """All pages of a listing."""
    if client.can_paginate(operation):
        pages = client.get_paginator(operation).paginate(**arguments)
        return [item for page in pages for item in page.get(key, [])]
    return getattr(client, operation)(**arguments).get(key, [])


def _stop_mappings(client: BaseClient) -> None:
    mappings = _items(client, "list_event_source_mappings", "EventSourceMappings")
    for mapping in mappings:
        with _gone:
            client.delete_event_source_mapping(UUID=mapping["UUID"])
    # Two equal mappings are refused, so a new run has to wait until the old ones are gone.
    deadline = time.monotonic() + MAPPING_SECONDS
    while mappings and time.monotonic() < deadline:
        time.sleep(0.05)
        mappings = _items(client, "list_event_source_mappings", "EventSourceMappings")


def _stop_rules(client: BaseClient) -> None:
    for bus in client.list_event_buses()["EventBuses"]:
        for rule in _items(client, "list_rules", "Rules", EventBusName=bus["Name"]):
            where = {"Rule": rule["Name"], "EventBusName": bus["Name"]}
            targets = _items(client, "list_targets_by_rule", "Targets", **where)
            with _gone:
                if targets:
                    client.remove_targets(Ids=[target["Id"] for target in targets], **where)
                client.delete_rule(Name=rule["Name"], EventBusName=bus["Name"])


def _stop_executions(client: BaseClient) -> None:
    for machine in _items(client, "list_state_machines", "stateMachines"):
        arn = machine["stateMachineArn"]
        if machine["type"] == "STANDARD":
            found = _items(
                client, "list_executions", "executions", stateMachineArn=arn, statusFilter="RUNNING"
            )
            for execution in found:
                with _gone:
                    client.stop_execution(executionArn=execution["executionArn"])
        with _gone:
            client.delete_state_machine(stateMachineArn=arn)
    for activity in _items(client, "list_activities", "activities"):
        with _gone:
            client.delete_activity(activityArn=activity["activityArn"])


def _functions(client: BaseClient) -> None:
    for function in _items(client, "list_functions", "Functions"):
        with _gone:
            client.delete_function(FunctionName=function["FunctionName"])
    for layer in _items(client, "list_layers", "Layers"):
        name = layer["LayerName"]
        for version in _items(client, "list_layer_versions", "LayerVersions", LayerName=name):
            with _gone:
                client.delete_layer_version(LayerName=name, VersionNumber=version["Version"])


def _buses(client: BaseClient) -> None:
    for archive in client.list_archives()["Archives"]:
        with _gone:
            client.delete_archive(ArchiveName=archive["ArchiveName"])
    for bus in client.list_event_buses()["EventBuses"]:
        if bus["Name"] != "default":
            with _gone:
                client.delete_event_bus(Name=bus["Name"])


def _queues(client: BaseClient) -> None:
    for url in _items(client, "list_queues", "QueueUrls"):
        with _gone:
            client.delete_queue(QueueUrl=url)


def _topics(client: BaseClient) -> None:
    for subscription in _items(client, "list_subscriptions", "Subscriptions"):
        with _gone:
            client.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    for topic in _items(client, "list_topics", "Topics"):
        with _gone:
            client.delete_topic(TopicArn=topic["TopicArn"])


def _tables(client: BaseClient) -> None:
    for name in _items(client, "list_tables", "TableNames"):
        with _gone:
            client.delete_table(TableName=name)


def _buckets(client: BaseClient) -> None:
    for bucket in client.list_buckets()["Buckets"]:
        name = bucket["Name"]
        with _gone:
            for page in client.get_paginator("list_object_versions").paginate(Bucket=name):
                found = page.get("Versions", []) + page.get("DeleteMarkers", [])
                keys = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
                if keys:
                    client.delete_objects(Bucket=name, Delete={"Objects": keys, "Quiet": True})
            client.delete_bucket(Bucket=name)


def _apis(client: BaseClient) -> None:
    for api in _items(client, "get_rest_apis", "items"):
        with _gone:
            client.delete_rest_api(restApiId=api["id"])


def _log_groups(client: BaseClient) -> None:
    for group in _items(client, "describe_log_groups", "logGroups"):
        with _gone:
            client.delete_log_group(logGroupName=group["logGroupName"])


def _streams(client: BaseClient) -> None:
    for name in _items(client, "list_streams", "StreamNames"):
        with _gone:
            client.delete_stream(StreamName=name, EnforceConsumerDeletion=True)


def _alarms(client: BaseClient) -> None:
    alarms = _items(client, "describe_alarms", "MetricAlarms")
    if alarms:
        with _gone:
            client.delete_alarms(AlarmNames=[alarm["AlarmName"] for alarm in alarms])


def _schedules(client: BaseClient) -> None:
    for schedule in _items(client, "list_schedules", "Schedules"):
        with _gone:
            client.delete_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])


def _secrets(client: BaseClient) -> None:
    for secret in _items(client, "list_secrets", "SecretList"):
        with _gone:
            client.delete_secret(SecretId=secret["ARN"], ForceDeleteWithoutRecovery=True)


def _parameters(client: BaseClient) -> None:
    for parameter in _items(client, "describe_parameters", "Parameters"):
        with _gone:
            client.delete_parameter(Name=parameter["Name"])


_STOPPERS = {"lambda": _stop_mappings, "events": _stop_rules, "stepfunctions": _stop_executions}
_CLEANERS = {
    "lambda": _functions,
    "sqs": _queues,
    "sns": _topics,
    "events": _buses,
    "dynamodb": _tables,
    "s3": _buckets,
    "apigateway": _apis,
    "logs": _log_groups,
    "kinesis": _streams,
    "cloudwatch": _alarms,
    "scheduler": _schedules,
    "secretsmanager": _secrets,
    "ssm": _parameters,
}
