"""Filter patterns of CloudWatch Logs are heeded.

FilterLogEvents, metric filters and subscription filters take the lines that match a pattern: terms
that must all be there, `?` before those of which one is enough, `-` before those that must not; or
for JSON lines a condition such as `{ $.step = "charge" && $.amount > 10 }`
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).

LocalStack 4.14.0 takes every line, whatever the pattern.

The change: a matcher for terms, and for conditions without parentheses; others are refused.
"""

import fnmatch
import hashlib
import inspect
import json
import operator
import re

from localstack.aws.api.logs import InvalidParameterException
from localstack.services.logs import provider

MEND = "fidelity/log_patterns.py"
PATCHED = {provider.get_pattern_matcher: "2c5f3de28249"}
for function, digest in PATCHED.items():
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
    if found != digest:
        raise RuntimeError(
            f"{MEND} was written for LocalStack 4.14.0, where {function.__qualname__} has the "
            f"digest {digest}; here it has {found}. Compare the two sources, then mend this file."
        )

TERM = re.compile(r'([?-]?)(?:"([^"]*)"|(\S+))')
CONDITION = re.compile(r'\s*\$\.([\w.]+)\s*(!=|>=|<=|=|>|<)\s*(?:"([^"]*)"|([^\s"&|()]+))\s*')
COMPARISONS = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def get_matcher(pattern):
    test = fields_test(pattern[1:-1]) if pattern.startswith("{") else terms_test(pattern)
    return lambda _, event: test(event["message"] if isinstance(event, dict) else event.message)


def terms_test(pattern):
    """A test of a line for the terms of a pattern."""
    terms = [(sign, quoted or bare) for sign, quoted, bare in TERM.findall(pattern)]

    def test(line):
        any_of = [term in line for sign, term in terms if sign == "?"]
        rest = [(term in line) != (sign == "-") for sign, term in terms if sign != "?"]
        return all(rest) and (any(any_of) or not any_of)

    return test


def fields_test(text):
    """A test of a JSON line for `$.field = value` and its like, joined by && and ||."""
    groups = [[CONDITION.fullmatch(c) for c in part.split("&&")] for part in text.split("||")]
    if not all(condition for group in groups for condition in group):
        raise InvalidParameterException("Invalid filter pattern")

    def test(line):
        try:
            record = json.loads(line)
        except ValueError:
            return False
        return any(all(holds(record, condition) for condition in group) for group in groups)

    return test


def holds(record, condition) -> bool:
    path, comparison, quoted, bare = condition.groups()
    for name in path.split("."):
        if not isinstance(record, dict) or name not in record:
            return False
        record = record[name]
    if isinstance(record, int | float) and not isinstance(record, bool):
        try:
            return COMPARISONS[comparison](record, float(bare))
        except (TypeError, ValueError):
            return comparison == "!="
    text = record if isinstance(record, str) else json.dumps(record)
    same = fnmatch.fnmatchcase(text, quoted if bare is None else bare)
    return same if comparison == "=" else comparison == "!=" and not same


provider.get_pattern_matcher = get_matcher
