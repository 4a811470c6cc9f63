"""A bus or a topic of another account takes only what its resource policy allows.

AWS refuses PutEvents, entry by entry, on a bus of another account whose policy does not allow it,
and a rule's target that is such a bus is not reached
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html). Events from
another account are not sent on to a third
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html). It refuses calls
on a topic of another account in the same way
(https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html).

LocalStack 4.14.0 stores these policies and does not look at them: any account may do anything.

The change: they are asked before an event is taken or a topic is handed out. Conditions are not
evaluated: a statement that has one does not apply. What AWS's own services do with a topic of
another account is not looked at.
"""

import hashlib
import inspect
import json
from fnmatch import fnmatchcase

from botocore.exceptions import ClientError
from localstack.aws.api.sns import AuthorizationErrorException
from localstack.services.events.models import events_stores
from localstack.services.events.provider import EventsProvider
from localstack.services.events.target import EventsTargetSender
from localstack.services.events.utils import extract_event_bus_name, extract_region_and_account_id
from localstack.services.sns.provider import SnsProvider
from localstack.utils.aws.arns import parse_arn

PUT = "events:PutEvents"

MEND = "fidelity/resource_policies.py"
PATCHED = {
    EventsProvider._process_entry: "c6c0c08649af",
    EventsTargetSender.send_event: "8a95b8fa5806",
    SnsProvider._get_topic: "e6ba3b4b796c",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

process_entry = EventsProvider._process_entry
send_to_bus = EventsTargetSender.send_event
get_topic = SnsProvider._get_topic


def process_entry_if_allowed(self, entry, processed_entries, failed_entry_count, context):
    name_or_arn = entry.get("EventBusName", "default")
    region, owner = extract_region_and_account_id(name_or_arn, context)
    name = extract_event_bus_name(name_or_arn)
    if refusal := refusal_of_bus(owner, region, name, context.account_id):
        failed_entry_count["count"] += 1
        processed_entries.append(
            {"ErrorCode": "AccessDeniedException", "ErrorMessage": refusal},
        )
        return
    process_entry(self, entry, processed_entries, failed_entry_count, context)


def send_to_bus_if_allowed(self, event, trace_header):
    bus = parse_arn(self.arn)
    abroad = bus["account"] != self.account_id
    if abroad and isinstance(event, dict) and event.get("account") not in (None, self.account_id):
        raise refused("THIRD_ACCOUNT_HOP_DETECTED", "The event came from another account already")
    name = extract_event_bus_name(self.arn)
    if refusal := refusal_of_bus(bus["account"], bus["region"], name, self.account_id):
        raise refused("AccessDeniedException", refusal)
    send_to_bus(self, event, trace_header)


def refused(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "PutEvents")


def refusal_of_bus(owner: str, region: str, name: str, account: str) -> str | None:
    """Why this account may not put events on that bus, if so."""
    if account == owner:
        return None
    bus = events_stores[owner][region].event_buses.get(name)
    arn = f"arn:aws:events:{region}:{owner}:event-bus/{name}"
    return refusal_of(bus and bus.policy, PUT, arn, account)


def get_topic_if_allowed(arn, context, multi_region=False):
    topic = get_topic(arn, context, multi_region)
    if parse_arn(arn)["account"] != context.account_id and not context.is_internal_call:
        action = f"SNS:{context.operation.name.replace('PublishBatch', 'Publish')}"
        policy = json.loads(topic["attributes"]["Policy"])
        if refusal := refusal_of(policy, action, arn, context.account_id):
            raise AuthorizationErrorException(refusal)
    return topic


def refusal_of(policy: dict | None, action: str, resource_arn: str, account: str) -> str | None:
    """Why the policy does not let another account do this, if so."""
    effects = {
        statement["Effect"]
        for statement in as_list((policy or {}).get("Statement"))
        if applies(statement, action, resource_arn, account)
    }
    if effects == {"Allow"}:
        return None
    why = (
        "with an explicit deny in a resource-based policy"
        if effects
        else f"because no resource-based policy allows the {action} action"
    )
    user = f"arn:aws:iam::{account}:root"
    return f"User: {user} is not authorized to perform: {action} on resource: {resource_arn} {why}"


def applies(statement: dict, action: str, resource_arn: str, account: str) -> bool:
    principal = statement.get("Principal")
    accounts = as_list(principal.get("AWS") if isinstance(principal, dict) else principal)
    return (
        not statement.get("Condition")
        and any(who in ("*", account) or f":iam::{account}:" in who for who in accounts)
        and any(fnmatchcase(action.lower(), told.lower()) for told in as_list(statement["Action"]))
        and any(fnmatchcase(resource_arn, told) for told in as_list(statement.get("Resource", "*")))
    )


def as_list(value) -> list:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


EventsProvider._process_entry = process_entry_if_allowed
EventsTargetSender.send_event = send_to_bus_if_allowed
SnsProvider._get_topic = staticmethod(get_topic_if_allowed)
