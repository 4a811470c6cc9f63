"""The price model against the worked numbers of the facts, and at its edges."""

import math

import pytest

from coursekit.content import load_facts
from coursekit.models import price

WORKED = load_facts()["price-breakeven-lambda-fargate"].value
MONTH_MS = 730 * 3600 * 1000


def test_one_gb_of_lambda_that_never_rests():
    busy = price.duration_usd(price.gb_seconds(MONTH_MS, 1, 1024))
    assert round(busy, 2) == WORKED["lambda_1gb_month_usd"] == 43.80


def test_one_vcpu_of_lambda_that_never_rests():
    busy = price.duration_usd(price.gb_seconds(MONTH_MS, 1, 1769))
    assert round(busy, 2) == WORKED["lambda_1769mb_month_usd"] == 75.67


def test_a_fargate_task_for_a_month():
    month = price.fargate_month_usd(tasks=1, vcpu=1, memory_gb=2)
    assert round(month, 2) == WORKED["fargate_1vcpu_2gb_month_usd"] == 36.04


def test_break_even_at_one_request_at_a_time():
    share = price.breakeven_utilization(price.fargate_month_usd(1, 1, 2), 1769)
    assert round(share * 100, 1) == WORKED["breakeven_utilization_percent"] == 47.6


def test_requests_and_duration_add_up():
    # 10 million requests of 100 ms at 512 MB: 2 USD, and 500,000 GB-s.
    month = price.lambda_month_usd(10e6, 100, 512)
    assert month == pytest.approx(2 + 500_000 * 0.0000166667)


def test_the_free_tier_takes_off_requests_and_gb_seconds_each():
    paid = price.lambda_month_usd(10e6, 100, 512, free_tier=True)
    assert paid == pytest.approx(9 * 0.20 + 100_000 * 0.0000166667)
    assert price.lambda_month_usd(1e6, 100, 1024, free_tier=True) == 0
    # Many short requests: their GB-seconds are free, most of the requests are not.
    assert price.lambda_month_usd(3e6, 1, 128, free_tier=True) == pytest.approx(0.40)


def test_arm_is_a_fifth_cheaper_per_gb_second():
    arm = price.duration_usd(1e6, "arm")
    assert arm / price.duration_usd(1e6) == pytest.approx(0.8, abs=1e-5)


@pytest.mark.parametrize(
    ("architecture", "used", "expected"),
    [
        ("x86", 6e9, 6e9 * 0.0000166667),
        ("x86", 15e9, 6e9 * 0.0000166667 + 9e9 * 0.000015),
        ("x86", 16e9, 6e9 * 0.0000166667 + 9e9 * 0.000015 + 1e9 * 0.0000133334),
        ("arm", 18.75e9, 7.5e9 * 0.0000133334 + 11.25e9 * 0.0000120001),
        ("arm", 19.75e9, 7.5e9 * 0.0000133334 + 11.25e9 * 0.0000120001 + 1e9 * 0.0000106667),
    ],
)
def test_each_tier_has_its_price(architecture, used, expected):
    # The published prices are rounded to ten places, hence the tolerance.
    assert price.duration_usd(used, architecture) == pytest.approx(expected, rel=1e-5)


def test_duration_is_billed_by_the_millisecond_rounded_up():
    assert price.gb_seconds(1000, 100.2, 1024) == pytest.approx(101)
    assert price.gb_seconds(1000, 0.1 + 0.2, 1024) == pytest.approx(1)
    assert price.gb_seconds(1000, 100 + 1e-9, 1024) == pytest.approx(100)


def test_provisioned_concurrency_busy_all_month_is_a_sixth_cheaper():
    requests = price.requests_a_month(5)  # 5 a second of 200 ms: one environment, always busy
    ready = price.provisioned_month_usd(requests, 200, 1024, environments=1)
    on_demand = price.lambda_month_usd(requests, 200, 1024)
    fees = price.requests_usd(requests)
    assert (ready - fees) / (on_demand - fees) == pytest.approx(1 / 1.2, rel=1e-3)


def test_provisioned_concurrency_costs_while_nobody_calls():
    assert price.provisioned_month_usd(0, 200, 1024, environments=1) == pytest.approx(
        730 * 3600 * 0.0000041667
    )
    with pytest.raises(ValueError, match="cannot hold this load"):
        price.provisioned_month_usd(price.requests_a_month(6), 200, 1024, environments=1)


def test_ec2_on_demand_and_reserved():
    assert price.ec2_month_usd(1) == pytest.approx(730 * 0.0416)
    assert price.ec2_month_usd(2, reserved=True) == pytest.approx(38.10)
    assert price.ec2_month_usd(1, hours=10) == pytest.approx(0.416)
    with pytest.raises(ValueError, match="whole month"):
        price.ec2_month_usd(1, reserved=True, hours=10)


def test_fargate_costs_only_the_hours_that_it_runs():
    assert price.fargate_month_usd(3, 1, 2, hours=73) == pytest.approx(
        0.3 * price.fargate_month_usd(1, 1, 2)
    )
    assert price.fargate_month_usd(1, 1, 2, "arm") < price.fargate_month_usd(1, 1, 2)


def test_containers_follow_the_requests_in_progress():
    assert price.average_concurrency(25, 200) == pytest.approx(5)
    assert price.containers_needed(25, 200, at_once=4) == 2
    assert price.containers_needed(100, 200, at_once=4) == 5
    assert price.containers_needed(100.1, 200, at_once=4) == 6
    assert price.containers_needed(0, 200, at_once=4) == 2  # one may fail
    assert price.containers_needed(0, 200, at_once=4, at_least_running=0) == 0


@pytest.mark.parametrize("free_tier", [False, True])
def test_lambda_costs_what_the_containers_cost_at_the_break_even(free_tier):
    fixed = price.fargate_month_usd(2, 1, 2)
    rate = price.breakeven_requests_per_second(fixed, 200, 1024, free_tier=free_tier)
    requests = price.requests_a_month(rate)
    assert price.lambda_month_usd(requests, 200, 1024, free_tier=free_tier) == pytest.approx(fixed)


def test_break_even_moves_as_it_must():
    fixed = price.fargate_month_usd(2, 1, 2)
    base = price.breakeven_requests_per_second(fixed, 200, 1024)
    assert price.breakeven_requests_per_second(fixed, 400, 1024) < base
    assert price.breakeven_requests_per_second(fixed, 200, 512) > base
    assert price.breakeven_requests_per_second(fixed, 200, 1024, "arm") > base
    assert price.breakeven_requests_per_second(fixed, 200, 1024, free_tier=True) > base
    assert price.breakeven_requests_per_second(0, 200, 1024) == 0


def test_containers_step_up_with_the_load():
    task = price.fargate_month_usd(1, 1, 2)
    two_hold_it = price.breakeven_against_containers(task, 4, 200, 1024)
    assert two_hold_it == price.breakeven_requests_per_second(2 * task, 200, 1024)
    # One request at a time: two containers hold 10 a second, and Lambda at 512 MB breaks even
    # with two at 14.7; four hold 20 a second and so on. It is never dearer.
    assert price.breakeven_against_containers(task, 1, 200, 512) is None
    # With 2,048 MB it is dearer than a container that is busy.
    assert price.breakeven_against_containers(task, 1, 200, 2048) < 10


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: price.lambda_month_usd(-1, 100, 512),
        lambda: price.lambda_month_usd(1, 100, 127),
        lambda: price.lambda_month_usd(1, 100, 10_241),
        lambda: price.lambda_month_usd(1, 900_001, 512),
        lambda: price.lambda_month_usd(1, 100, 512, "mips"),
        lambda: price.lambda_month_usd(math.nan, 100, 512),
        lambda: price.fargate_month_usd(1, 1, 2, "mips"),
        lambda: price.fargate_month_usd(1, 1, 2, hours=745),
        lambda: price.containers_needed(1, 100, at_once=0),
    ],
)
def test_outside_its_range_the_model_refuses(wrong):
    with pytest.raises(ValueError, match=r" is |no prices"):
        wrong()
