"""A disabled rule matches no event.

AWS matches no event against a rule after DisableRule, until EnableRule
(https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html).

LocalStack 4.14.0 stores the state, heeds it for schedules, and delivers events all the same.

The change: rules that are disabled are left out before an event is matched.
"""

import hashlib
import inspect

from localstack.services.events.provider import EventsProvider

MEND = "fidelity/eventbridge_disabled_rule.py"
PATCHED = {EventsProvider._process_rules_async: "4ca5dfca658c"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

process_rules = EventsProvider._process_rules_async


def process_enabled_rules(self, params):
    enabled = [rule for rule in params["rules"] if rule.state != "DISABLED"]
    process_rules(self, {**params, "rules": enabled})


EventsProvider._process_rules_async = process_enabled_rules
