"""The scaling model against AWS's own worked example, and at its edges."""

import pytest

from coursekit.models import scaling

TODAY = scaling.rule_today()


def test_the_rules_are_those_of_the_facts():
    assert scaling.Rule(at_once=1000, added=1000, every_s=10) == TODAY
    assert scaling.rule_before(3000) == scaling.Rule(at_once=3000, added=500, every_s=60)
    assert scaling.default_limit() == 1000


# https://serverlessland.com/content/service/lambda/guides/aws-lambda-operator-guide/on-demand-scaling
# 10,000 calls, a burst of 3,000, a limit of 10,000: how many are throttled in each minute.
@pytest.mark.parametrize(
    ("arriving", "refused"),
    [
        ([10_000], [7000]),
        ([5000, 5000], [2000, 1500]),
        ([3333, 3333, 3334], [333, 0, 0]),
        ([2500] * 4, [0] * 4),
    ],
)
def test_the_worked_example_of_the_operator_guide(arriving, refused):
    assert scaling.waves(scaling.rule_before(3000), 10_000, arriving) == refused


def test_today_it_grows_twelve_times_faster():
    # https://aws.amazon.com/blogs/aws/aws-lambda-functions-now-scale-12-times-faster-when-handling-high-volume-requests/
    before = scaling.rule_before(500)
    assert TODAY.added / TODAY.every_s == 12 * before.added / before.every_s


def test_what_is_not_used_is_not_saved():
    assert scaling.waves(TODAY, 10_000, [0, 0, 5000]) == [0, 0, 4000]
    assert scaling.waves(TODAY, 10_000, [500, 5000]) == [0, 3500]


@pytest.mark.parametrize(
    ("calls_per_second", "duration_ms", "needed"),
    [(100, 500, 50), (25, 200, 5), (20_000, 50, 2000), (10_000, 100, 1000), (0.1, 2000, 1)],
)
def test_environments_needed(calls_per_second, duration_ms, needed):
    assert scaling.environments_needed(calls_per_second, duration_ms) == needed


def test_growth_is_in_steps_and_ends_at_the_limit():
    allowed = [scaling.environments_allowed(TODAY, 2500, at) for at in (0, 9.9, 10, 20, 600)]
    assert allowed == [1000, 1000, 2000, 2500, 2500]


def test_a_burst_is_refused_until_there_are_environments_enough():
    found = scaling.burst(TODAY, 5000, 3000, 1000, 60)
    # 2,000 a second for ten seconds, then 1,000, then none.
    assert found == scaling.Burst(calls=180_000, refused=pytest.approx(30_000), even_after_s=20)


def test_the_rule_before_took_minutes():
    found = scaling.burst(scaling.rule_before(500), 5000, 3000, 1000, 600)
    assert found.even_after_s == 300
    assert found.refused == pytest.approx(60 * (2500 + 2000 + 1500 + 1000 + 500))


def test_with_the_default_limit_no_rule_of_growth_helps():
    limit = scaling.default_limit()
    found = scaling.burst(TODAY, limit, 3000, 1000, 60)
    assert found == scaling.Burst(180_000, pytest.approx(120_000), None)


def test_a_burst_within_what_may_start_at_once_loses_nothing():
    assert scaling.burst(TODAY, 1000, 1000, 1000, 60) == scaling.Burst(60_000, 0.0, 0)


def test_a_burst_that_ends_within_a_step_counts_its_own_seconds():
    assert scaling.burst(TODAY, 5000, 2000, 1000, 5).refused == pytest.approx(5000)


@pytest.mark.parametrize("region_burst", [499, 3001])
def test_no_region_had_another_burst(region_burst):
    with pytest.raises(ValueError, match="region_burst"):
        scaling.rule_before(region_burst)


@pytest.mark.parametrize(
    "arguments",
    [(1000, -1, 100, 60), (1000, 10, 10_001, 60), (1000, 10, 100, 0), (1000, 10, 100, 3601)],
)
def test_outside_its_range_the_model_says_so(arguments):
    with pytest.raises(ValueError, match=r"is -?[0-9]"):
        scaling.burst(TODAY, *arguments)
