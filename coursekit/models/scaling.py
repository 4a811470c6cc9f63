"""How fast Lambda lets a function grow, and what a burst loses meanwhile.

Pure functions. The numbers are those of the facts `lambda-scaling-rate` and
`lambda-concurrency-default`. Both rules are read as steps: so many environments at once, so many
more at the end of each interval. Lambda refills today's allowance continuously where it can, so
between two steps the model is the cautious reading; at the steps both agree.

Holds for one function that begins cold and has the limit for itself, and for callers that do not
try again. Not in it: the time that a cold start takes, provisioned environments, other functions
that use the account's limit (or, under the rule before 2023-11, its burst).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.models.price import at_least, fact_value

LONGEST_S = 3600  # of a burst: beyond an hour it is a load, and no rule of growth matters


@dataclass(frozen=True)
class Rule:
    """`at_once` environments may start together, then `added` more every `every_s` seconds."""

    at_once: int
    added: int
    every_s: int


@dataclass(frozen=True)
class Burst:
    """What became of a burst's calls; `even_after_s` is None if some are refused until its end."""

    calls: float
    refused: float
    even_after_s: float | None


def rule_today() -> Rule:
    """The rule since 2023-11, for each function (`lambda-scaling-rate`)."""
    step = int(fact_value("lambda-scaling-rate", "environments"))
    return Rule(step, step, int(fact_value("lambda-scaling-rate", "interval_s")))


def rule_before(region_burst: int) -> Rule:
    """The rule before 2023-11, for all functions of a Region together (`lambda-scaling-rate`).

    `region_burst` was 500 to 3,000, by Region; ValueError outside.
    """
    least, most = (
        int(fact_value("lambda-scaling-rate", f"previous_{end}_burst")) for end in ("least", "most")
    )
    if not least <= region_burst <= most:
        raise ValueError(f"region_burst is {region_burst}: it was {least} to {most}")
    return Rule(region_burst, int(fact_value("lambda-scaling-rate", "previous_per_minute")), 60)


def default_limit() -> int:
    """An account's concurrency in a Region, unless it was raised (`lambda-concurrency-default`)."""
    return int(fact_value("lambda-concurrency-default", "concurrent_executions"))


def environments_needed(calls_per_second: float, duration_ms: float) -> int:
    """Environments that a constant rate keeps busy, if none is refused.

    Rate times duration. An environment takes ten calls a second at most (`lambda-scaling-rate`:
    requests for environments), so calls shorter than 100 ms need as many as if they took 100.
    """
    at_least(0, calls_per_second=calls_per_second, duration_ms=duration_ms)
    calls_an_environment = fact_value("lambda-scaling-rate", "requests") / fact_value(
        "lambda-scaling-rate", "environments"
    )
    busy = calls_per_second * max(duration_ms / 1000, 1 / calls_an_environment)
    return math.ceil(round(busy, 6))  # a sum of floats ends a hair above a whole number


def environments_allowed(rule: Rule, limit: int, seconds: float) -> int:
    """Environments that a function may have after `seconds` of asking for more than it has."""
    at_least(0, limit=limit, seconds=seconds)
    return min(limit, rule.at_once + rule.added * math.floor(seconds / rule.every_s))


def waves(rule: Rule, limit: int, arriving: Sequence[int]) -> list[int]:
    """Calls refused in each interval of the rule.

    `arriving` has one number for each interval: calls that come together at its begin and are all
    done at its end. What an interval does not use of its allowance is not saved for the next.
    """
    at_least(0, limit=limit)
    environments, refused = 0, []
    for number, calls in enumerate(arriving):
        at_least(0, calls=calls)
        allowed = min(limit, environments + (rule.added if number else rule.at_once))
        environments = max(environments, min(calls, allowed))
        refused.append(calls - min(calls, environments))
    return refused


def burst(
    rule: Rule, limit: int, calls_per_second: float, duration_ms: float, seconds: int
) -> Burst:
    """A constant rate that begins at once and lasts `seconds`.

    In each step the share of the calls for which there is no environment is refused. Durations
    are those of `environments_needed`, and shorter than a step; `seconds` up to an hour.
    """
    if not duration_ms <= rule.every_s * 1000:
        raise ValueError(f"duration_ms is {duration_ms:g}: longer than a step of {rule.every_s} s")
    if not 0 < seconds <= LONGEST_S:
        raise ValueError(f"seconds is {seconds}: use 1 to {LONGEST_S}")
    needed = environments_needed(calls_per_second, duration_ms)
    refused = 0.0
    for begin in range(0, seconds, rule.every_s):
        allowed = environments_allowed(rule, limit, begin)
        if allowed >= needed:
            return Burst(calls_per_second * seconds, refused, begin)
        lasts = min(rule.every_s, seconds - begin)
        refused += calls_per_second * lasts * (needed - allowed) / needed
    return Burst(calls_per_second * seconds, refused, None)
