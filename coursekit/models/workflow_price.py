"""What a month of one Step Functions workflow costs in us-east-1, in USD, as either type.

Pure functions. Prices come from the facts `price-step-functions` (Standard) and
`sfn-express-pricing` (Express). Not in these bills: what the states call (Lambda and the others),
data transfer, and the CloudWatch logs that an Express workflow needs to leave a trace.
"""

import math
from itertools import pairwise

from coursekit.models.price import MB_PER_GB, SECONDS_PER_HOUR, at_least, fact_value, facts


def standard_month_usd(executions: float, transitions: int, free_tier: bool = False) -> float:
    """USD for a month of a Standard workflow: its state transitions, however long they wait.

    `transitions` in one execution: one for each state that is entered, and one for each retry.
    The free tier belongs to the account: with several workflows it holds for their sum.
    """
    at_least(0, executions=executions)
    at_least(1, transitions=transitions)
    billed = executions * transitions
    if free_tier:
        billed = max(0, billed - fact_value("price-step-functions", "standard_free_transitions"))
    return billed * transition_usd()


def express_month_usd(executions: float, duration_ms: float, memory_mb: float = 64) -> float:
    """USD for a month of an Express workflow: its requests, and GB-hours by tier.

    Each execution lasts `duration_ms`, waits included, and is billed in steps of 100 ms. Its
    memory is billed in chunks of 64 MB; one chunk holds a small definition without branches. There
    is no free tier. ValueError for a duration beyond the limit of `sfn-express-duration`.
    """
    at_least(0, executions=executions)
    requests = executions / 1e6 * fact_value("sfn-express-pricing", "request_usd_per_million")
    return requests + duration_usd(executions * gb_hours(duration_ms, memory_mb))


def express_cheaper_from(
    transitions: int, duration_ms: float, memory_mb: float = 64, free_tier: bool = False
) -> float | None:
    """Executions a month from which on Express costs less than Standard.

    0 where it always does, None where it never does. There is one crossing at most, because
    Express gets cheaper by the piece as a month gets fuller, and Standard does not.
    """
    hours = gb_hours(duration_ms, memory_mb)
    request = fact_value("sfn-express-pricing", "request_usd_per_million") / 1e6
    first, *_, last = (request + hours * gb_hour for gb_hour in express_prices())
    standard = transitions * transition_usd()
    if last >= standard:
        return None
    if first < standard and not free_tier:
        return 0.0

    def saves(executions: float) -> bool:
        express = express_month_usd(executions, duration_ms, memory_mb)
        return express < standard_month_usd(executions, transitions, free_tier)

    low, high = 0.0, 1.0
    while not saves(high):
        low, high = high, high * 2
    for _ in range(60):  # halved sixty times, the interval is as narrow as a float can tell
        middle = (low + high) / 2
        low, high = (low, middle) if saves(middle) else (middle, high)
    return high


def breakeven_seconds(transitions: int, memory_mb: float = 64) -> float:
    """Duration of an execution at which both types cost the same, in Express's first tier.

    Shorter ones are cheaper as Express. Without the free tier, and without rounding to 100 ms. A
    result beyond `sfn-express-duration` means that Express is cheaper for all that it can run.
    """
    at_least(1, transitions=transitions)
    request = fact_value("sfn-express-pricing", "request_usd_per_million") / 1e6
    an_hour = chunks(memory_mb) / MB_PER_GB * express_prices()[0]
    return (transitions * transition_usd() - request) / an_hour * SECONDS_PER_HOUR


def transition_usd() -> float:
    """USD for one state transition of a Standard workflow."""
    return fact_value("price-step-functions", "standard_transition_usd_per_thousand") / 1000


def gb_hours(duration_ms: float, memory_mb: float) -> float:
    """What Express's duration price is multiplied with, for one execution."""
    longest_ms = fact_value("sfn-express-duration", "max_s") * 1000
    if not 0 < duration_ms <= longest_ms:
        raise ValueError(f"duration_ms is {duration_ms:g}: Express ends a run at {longest_ms:g}")
    step = fact_value("sfn-express-pricing", "rounding_ms")
    # Sums of floats end a hair above a whole step; that hair is not billed.
    billed_ms = math.ceil(round(duration_ms / step, 6)) * step
    return billed_ms / 1000 / SECONDS_PER_HOUR * chunks(memory_mb) / MB_PER_GB


def chunks(memory_mb: float) -> float:
    """Memory in MB as it is billed: in whole chunks."""
    if not memory_mb > 0:
        raise ValueError(f"memory_mb is {memory_mb}: it must be more than 0")
    chunk = fact_value("sfn-express-pricing", "memory_chunk_mb")
    return math.ceil(round(memory_mb / chunk, 6)) * chunk


def duration_usd(used_gb_hours: float) -> float:
    """USD for a month's GB-hours of Express, each tier at its own price."""
    begins = facts()["sfn-express-pricing"].value["tiers_begin_at_gb_hours"]
    tiers = pairwise([*begins, math.inf])
    return sum(
        max(0, min(used_gb_hours, end) - begin) * usd
        for (begin, end), usd in zip(tiers, express_prices(), strict=True)
    )


def express_prices() -> list[float]:
    """USD for a GB-hour of Express, tier by tier."""
    return facts()["sfn-express-pricing"].value["gb_hour_tiers_usd"]
