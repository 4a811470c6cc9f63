"""The price model of Step Functions against AWS's own worked example, and at its edges."""

import math

import pytest

from coursekit.models import workflow_price as price


def test_the_pricing_page_s_hundred_million_workflows_of_ten_seconds():
    # https://aws.amazon.com/step-functions/pricing/: 100 USD for requests, and 60 + 120 + 202.97
    # for 17,361.11 GB-hours in three tiers. The page rounds the first tier's price.
    assert 100e6 * price.gb_hours(10_000, 64) == pytest.approx(17_361.11, abs=0.01)
    assert price.duration_usd(100e6 * price.gb_hours(10_000, 64)) == pytest.approx(382.97, abs=0.02)
    assert price.express_month_usd(100e6, 10_000) == pytest.approx(482.97, abs=0.02)


@pytest.mark.parametrize(
    ("used", "expected"),
    [(0, 0), (1000, 60.012), (5000, 60.012 + 120), (5001, 60.012 + 120 + 0.01642)],
)
def test_each_tier_of_gb_hours_has_its_price(used, expected):
    assert price.duration_usd(used) == pytest.approx(expected)


def test_standard_costs_its_transitions_and_no_time():
    assert price.standard_month_usd(1e6, 5) == pytest.approx(125)
    assert price.standard_month_usd(1e6, 5, free_tier=True) == pytest.approx(124.90)
    assert price.standard_month_usd(800, 5, free_tier=True) == 0
    assert price.standard_month_usd(801, 5, free_tier=True) == pytest.approx(5 * 0.000025)


def test_duration_is_billed_in_steps_of_a_tenth_of_a_second():
    assert price.gb_hours(1, 64) == price.gb_hours(100, 64) == pytest.approx(0.1 / 3600 / 16)
    assert price.gb_hours(101, 64) == price.gb_hours(200, 64)
    assert price.gb_hours(1000 * (0.1 + 0.2), 64) == price.gb_hours(300, 64)


def test_memory_is_billed_in_chunks():
    # The pricing page's example of 400 steps in a Map: 62.85 MB are billed as 64.
    assert price.chunks(62.85) == price.chunks(64) == 64
    assert price.chunks(64.1) == 128
    assert price.gb_hours(1000, 65) == 2 * price.gb_hours(1000, 64)


def test_a_short_execution_is_cheaper_as_express_from_the_first_one():
    assert price.express_cheaper_from(3, 1000) == 0
    assert price.express_month_usd(1, 1000) < price.standard_month_usd(1, 3)


def test_the_free_tier_makes_standard_cheaper_at_first():
    found = price.express_cheaper_from(5, 1000, free_tier=True)
    assert found > 4000 / 5
    assert price.express_month_usd(found, 1000) == pytest.approx(
        price.standard_month_usd(found, 5, free_tier=True)
    )
    assert price.express_month_usd(found + 1, 1000) < price.standard_month_usd(found + 1, 5, True)
    assert price.express_month_usd(found - 1, 1000) > price.standard_month_usd(found - 1, 5, True)


def test_a_longer_execution_needs_volume_before_express_is_cheaper():
    # 100 s in three states: dearer in the first tier, cheaper in the second.
    found = price.express_cheaper_from(3, 100_000)
    assert 1000 < found * price.gb_hours(100_000, 64) < 5000
    assert price.express_month_usd(found, 100_000) == pytest.approx(
        price.standard_month_usd(found, 3)
    )
    for more in (found * 1.01, found * 10, found * 1000):
        assert price.express_month_usd(more, 100_000) < price.standard_month_usd(more, 3)


def test_five_minutes_in_three_states_are_never_cheaper_as_express():
    assert price.express_cheaper_from(3, 300_000) is None
    assert price.express_month_usd(1e12, 300_000) > price.standard_month_usd(1e12, 3)


@pytest.mark.parametrize("transitions", [1, 3, 10])
def test_both_cost_the_same_at_the_break_even(transitions):
    seconds = price.breakeven_seconds(transitions)
    standard = price.standard_month_usd(1, transitions)
    # Billed in whole steps: the step below is cheaper, the step above is dearer.
    assert price.express_month_usd(1, 1000 * seconds - 100) < standard
    assert price.express_month_usd(1, 1000 * seconds + 100) > standard
    assert price.breakeven_seconds(transitions, 128) == pytest.approx(seconds / 2)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: price.standard_month_usd(-1, 3),
        lambda: price.standard_month_usd(1, 0),
        lambda: price.standard_month_usd(math.nan, 3),
        lambda: price.express_month_usd(-1, 100),
        lambda: price.express_month_usd(1, 0),
        lambda: price.express_month_usd(1, 300_001),
        lambda: price.express_month_usd(1, 100, 0),
        lambda: price.express_month_usd(1, math.nan),
        lambda: price.breakeven_seconds(0),
    ],
)
def test_outside_its_range_the_model_refuses(wrong):
    with pytest.raises(ValueError, match=" is "):
        wrong()
