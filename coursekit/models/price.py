"""What a month costs in us-east-1, in USD: Lambda, Fargate and EC2, and where they break even.

Pure functions. Prices come from the facts named in each docstring, on demand and without tax.
A month is the fact `price-breakeven-lambda-fargate:month_h` (730 hours), a GB is 1,024 MB. Not
in any of these bills, as it stands beside all of them: data transfer, load balancers, API
Gateway, logs, ephemeral storage above what is included, public addresses.
"""

import math
from functools import cache
from itertools import pairwise
from typing import Literal

from coursekit.content import load_facts

Architecture = Literal["x86", "arm"]

# The monthly GB-seconds at which the next tier begins, and its share of the first tier's price.
# The bounds are those of the fact `price-lambda`, whose values hold the first tier only; the
# shares are those of https://aws.amazon.com/lambda/pricing/.
DURATION_TIERS = {
    "x86": ((0, 1.0), (6e9, 0.9), (15e9, 0.8)),
    "arm": ((0, 1.0), (7.5e9, 0.9), (18.75e9, 0.8)),
}
SECONDS_PER_HOUR = 3600
MB_PER_GB = 1024


def month_hours() -> float:
    """Hours in a month, as AWS's calculators count them (`price-breakeven-lambda-fargate`)."""
    return fact_value("price-breakeven-lambda-fargate", "month_h")


def requests_a_month(requests_per_second: float, hours: float | None = None) -> float:
    """Requests in a month at a constant rate while it lasts: `hours` a month, or all of them."""
    at_least(0, requests_per_second=requests_per_second)
    return requests_per_second * whole_month_or(hours) * SECONDS_PER_HOUR


def gb_seconds(requests: float, duration_ms: float, memory_mb: float) -> float:
    """What Lambda's duration price is multiplied with: memory in GB times billed seconds.

    `duration_ms` is rounded up to the millisecond, for each request. Holds for a duration of up
    to `lambda-timeout:max_s` and for memory within `lambda-memory`; ValueError outside.
    """
    at_least(0, requests=requests, duration_ms=duration_ms)
    longest_ms = fact_value("lambda-timeout", "max_s") * 1000
    if duration_ms > longest_ms:
        raise ValueError(f"duration_ms is {duration_ms:g}: Lambda ends a run at {longest_ms:g}")
    least, most = (fact_value("lambda-memory", key) for key in ("min_mb", "max_mb"))
    if not least <= memory_mb <= most:
        raise ValueError(f"memory_mb is {memory_mb:g}: a function has {least:g} to {most:g}")
    # Sums of floats end a hair above a whole millisecond; that hair is not billed.
    billed_ms = math.ceil(round(duration_ms, 6))
    return requests * billed_ms / 1000 * memory_mb / MB_PER_GB


def lambda_month_usd(
    requests: float,
    duration_ms: float,
    memory_mb: float,
    architecture: Architecture = "x86",
    free_tier: bool = False,
) -> float:
    """USD for a month of Lambda on demand: requests, and GB-seconds by tier (`price-lambda`).

    `requests` a month, each billed for `duration_ms`, INIT included, at `memory_mb`. Tiers and
    the free tier belong to the account: with several functions they hold for the sum. Memory and
    duration within the limits of `gb_seconds`.
    """
    used = gb_seconds(requests, duration_ms, memory_mb)
    if free_tier:
        requests = max(0, requests - fact_value("price-lambda", "free_requests"))
        used = max(0, used - fact_value("price-lambda", "free_gb_seconds"))
    return requests_usd(requests) + duration_usd(used, architecture)


def requests_usd(requests: float) -> float:
    """USD for so many Lambda requests (`price-lambda:request_usd_per_million`)."""
    return requests / 1e6 * fact_value("price-lambda", "request_usd_per_million")


def duration_usd(used_gb_seconds: float, architecture: Architecture = "x86") -> float:
    """USD for a month's GB-seconds on demand, each tier at its own price (`price-lambda`)."""
    first_price = fact_value("price-lambda", f"{known(architecture)}_gb_second_usd")
    tiers = (*DURATION_TIERS[architecture], (math.inf, 0.0))
    return sum(
        max(0, min(used_gb_seconds, end) - begin) * first_price * share
        for (begin, share), (end, _) in pairwise(tiers)
    )


def provisioned_month_usd(
    requests: float,
    duration_ms: float,
    memory_mb: float,
    environments: int,
    architecture: Architecture = "x86",
    hours: float | None = None,
) -> float:
    """USD for a month of Lambda with provisioned concurrency (`price-lambda-provisioned`).

    `environments` are kept ready for `hours` a month, or for all of it, used or not; runs on them
    have a lower duration price. Holds if every request finds one of them: ValueError if they
    cannot hold the load even on average. There is no free tier and no tier by volume.
    """
    at_least(0, environments=environments)
    hours = whole_month_or(hours)
    used = gb_seconds(requests, duration_ms, memory_mb)
    ready = environments * hours * SECONDS_PER_HOUR * memory_mb / MB_PER_GB
    if used > ready * 1.000001:
        raise ValueError(f"{environments} environments cannot hold this load: add some")
    configured, run = (
        fact_value("price-lambda-provisioned", f"{known(architecture)}_{what}_gb_second_usd")
        for what in ("configured", "duration")
    )
    return requests_usd(requests) + ready * configured + used * run


def fargate_month_usd(
    tasks: int,
    vcpu: float,
    memory_gb: float,
    architecture: Architecture = "x86",
    hours: float | None = None,
) -> float:
    """USD for Fargate tasks (Linux) that run `hours` a month, or all of it (`price-fargate`).

    `vcpu` and `memory_gb` are for one task. Holds with the ephemeral storage that is included,
    for sizes that Fargate offers; that a size is offered is not checked.
    """
    at_least(0, tasks=tasks, vcpu=vcpu, memory_gb=memory_gb)
    prices = (f"{known(architecture)}_{what}_hour_usd" for what in ("vcpu", "gb"))
    vcpu_price, gb_price = (fact_value("price-fargate", price) for price in prices)
    return tasks * whole_month_or(hours) * (vcpu * vcpu_price + memory_gb * gb_price)


def ec2_month_usd(instances: int, reserved: bool = False, hours: float | None = None) -> float:
    """USD for EC2 instances of the type of `price-ec2-example`, without their volumes.

    On demand for `hours` a month, or all of it; `reserved` (one year, nothing upfront) costs the
    whole month whatever runs, so it takes no `hours` (ValueError). The instance is burstable: it
    holds for a load whose CPU stays at its baseline on average.
    """
    at_least(0, instances=instances)
    if reserved:
        if hours is not None:
            raise ValueError("a reserved instance costs the whole month: leave `hours` out")
        return instances * fact_value("price-ec2-example", "reserved_1y_no_upfront_month_usd")
    return instances * whole_month_or(hours) * fact_value("price-ec2-example", "on_demand_hour_usd")


def average_concurrency(requests_per_second: float, duration_ms: float) -> float:
    """Requests in progress on average: rate times duration. No price in it, and no peak."""
    at_least(0, requests_per_second=requests_per_second, duration_ms=duration_ms)
    return requests_per_second * duration_ms / 1000


def containers_needed(
    requests_per_second: float, duration_ms: float, at_once: int, at_least_running: int = 2
) -> int:
    """Containers that hold a load if one serves `at_once` requests at the same time.

    Never fewer than `at_least_running` (two: one may fail). Without headroom: to leave some,
    pass a smaller `at_once`. ValueError where `at_once` is below one.
    """
    at_least(1, at_once=at_once)
    busy = average_concurrency(requests_per_second, duration_ms)
    return max(at_least_running, math.ceil(round(busy / at_once, 9)))


def breakeven_utilization(
    fixed_month_usd: float, memory_mb: float, architecture: Architecture = "x86"
) -> float:
    """Share of the month that one Lambda environment may be busy for the price of a container.

    Duration alone (`price-lambda`), no requests, no free tier, so the container serves one request
    at a time too. Above 1 Lambda is cheaper even when it never rests.
    """
    at_least(0, fixed_month_usd=fixed_month_usd)
    whole_month_ms = month_hours() * SECONDS_PER_HOUR * 1000
    busy = gb_seconds(whole_month_ms, 1, memory_mb)
    return fixed_month_usd / duration_usd(busy, architecture)


def breakeven_requests_per_second(
    fixed_month_usd: float,
    duration_ms: float,
    memory_mb: float,
    architecture: Architecture = "x86",
    free_tier: bool = False,
) -> float:
    """Constant rate, day and night, at which Lambda costs what the containers cost.

    Below it Lambda is cheaper, above it the containers, as long as `fixed_month_usd` pays for
    containers enough (`containers_needed`). Arguments and ranges as in `lambda_month_usd`.
    """
    at_least(0, fixed_month_usd=fixed_month_usd)

    def costs(rate: float) -> float:
        requests = requests_a_month(rate)
        return lambda_month_usd(requests, duration_ms, memory_mb, architecture, free_tier)

    low, high = 0.0, 1.0
    while costs(high) <= fixed_month_usd:
        high *= 2
    for _ in range(60):  # halved sixty times, the interval is as narrow as a float can tell
        middle = (low + high) / 2
        low, high = (middle, high) if costs(middle) <= fixed_month_usd else (low, middle)
    return low


def breakeven_against_containers(
    container_month_usd: float,
    at_once: int,
    duration_ms: float,
    memory_mb: float,
    architecture: Architecture = "x86",
    free_tier: bool = False,
    at_least_running: int = 2,
) -> float | None:
    """First constant rate at which as many containers as the load needs cost what Lambda costs.

    Containers of `container_month_usd` serve `at_once` requests each and are never fewer than
    `at_least_running`. None where Lambda is still cheaper than a hundred containers.
    """
    at_least(1, at_once=at_once)
    for containers in range(at_least_running, 101):
        rate = breakeven_requests_per_second(
            containers * container_month_usd, duration_ms, memory_mb, architecture, free_tier
        )
        if average_concurrency(rate, duration_ms) <= containers * at_once:
            return rate
    return None


@cache
def facts() -> dict:
    """The table of facts, read once."""
    return load_facts()


def fact_value(fact_id: str, key: str) -> float:
    """One number of a fact."""
    return facts()[fact_id].value[key]


def whole_month_or(hours: float | None) -> float:
    """The hours given, or those of a month; ValueError for more than a month has."""
    if hours is None:
        return month_hours()
    at_least(0, hours=hours)
    if hours > 744:  # the longest month
        raise ValueError(f"hours is {hours:g}: no month has more than 744")
    return hours


def known(architecture: str) -> str:
    """The architecture, if there is a price for it; ValueError otherwise."""
    if architecture not in DURATION_TIERS:
        raise ValueError(f"no prices for {architecture!r}: use one of {', '.join(DURATION_TIERS)}")
    return architecture


def at_least(least: float, **arguments: float) -> None:
    """ValueError for an argument that is smaller, or no number at all."""
    for name, value in arguments.items():
        if not value >= least:
            raise ValueError(f"{name} is {value}: it must be at least {least}")
