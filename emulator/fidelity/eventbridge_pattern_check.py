"""A rule is refused when its pattern is no pattern.

AWS answers PutRule with InvalidEventPatternException
(https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html).

LocalStack 4.14.0 takes any text and finds the mistake when an event comes: then neither this rule
nor those after it on the bus get the event.

The change: PutRule compiles the pattern, as LocalStack would later.
"""

import hashlib
import inspect

from localstack.aws.api.events import InvalidEventPatternException
from localstack.services.events.event_rule_engine import EventPatternCompiler
from localstack.services.events.models import InvalidEventPatternException as FoundLater
from localstack.services.events.rule import RuleService

MEND = "fidelity/eventbridge_pattern_check.py"
PATCHED = {
    RuleService._validate_input: "eb2895660196",
    EventPatternCompiler.compile_event_pattern: "1e58b3bdd497",
}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

validate = RuleService._validate_input


def validate_with_pattern(cls, event_pattern, schedule_expression, event_bus_name="default"):
    validate(event_pattern, schedule_expression, event_bus_name)
    if event_pattern:
        try:
            EventPatternCompiler().compile_event_pattern(event_pattern)
        except FoundLater as mistake:
            raise InvalidEventPatternException(mistake.message) from mistake


RuleService._validate_input = classmethod(validate_with_pattern)
