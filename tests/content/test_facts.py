"""Facts as an author writes them and as a reader sees them."""

import pytest

from coursekit.content import ContentError, fact_text, load_facts


@pytest.fixture
def facts(course):
    return load_facts(course / "book/facts.yml")


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("lambda-timeout:max_s", "900\u00a0s"),
        ("lambda-timeout:max_s|min", "15\u00a0min"),
        ("lambda-timeout:max_s|h", "0.25\u00a0h"),
        ("lambda-timeout:max_s|number", "900"),
        ("lambda-timeout", "3\u00a0s"),
        ("lambda-timeout:previous_kb", "256\u00a0KB"),
        ("lambda-timeout:previous_kb|bytes", "262,144\u00a0bytes"),
        ("lambda-timeout:waits_min.1", "2\u00a0min"),
        ("lambda-timeout:fee_percent", "15%"),
        ("lambda-timeout:request_usd_per_million", "$0.20"),
        ("lambda-timeout:read_mb_per_second", "2\u00a0MB/s"),
        ("lambda-timeout:rps", "10,000"),
        ("lambda-timeout:exam_answer", "15 minutes"),
        ("lambda-timeout:checked", "2026-11-24"),
    ],
)
def test_a_fact_reads_as_text(facts, reference, text):
    assert fact_text(reference, facts) == text


@pytest.mark.parametrize(
    ("reference", "advice"),
    [
        ("lambda-timout:max_s", "did you mean lambda-timeout?"),
        ("lambda-timeout:mx_s", "did you mean max_s?"),
        ("lambda-timeout:waits_min", "inside it: 0, 1"),
        ("lambda-timeout:waits_min.7", "no '7'"),
        ("lambda-timeout:max_s|kb", "is in s; that is not 'kb'"),
        ("remembered:exam_answer", "has no exam_answer"),
        ("remembered", "not one number"),
    ],
)
def test_a_wrong_reference_comes_with_advice(facts, reference, advice):
    with pytest.raises(LookupError) as error:
        fact_text(reference, facts)
    assert advice in str(error.value.args[0])


def test_a_fact_from_memory_is_unconfirmed(facts):
    assert facts["remembered"].unconfirmed
    assert not facts["lambda-timeout"].unconfirmed


def test_all_problems_are_told_at_once_with_file_entry_field_and_fix(course, edit):
    edit("book/facts.yml", "verdict: correct", "verdict: maybe")
    edit("book/facts.yml", "topic: sqs", "topic: sqs\n  sauce: none")
    edit("book/facts.yml", "current: Nobody wrote it down.", "current: ''")
    with pytest.raises(ContentError) as error:
        load_facts(course / "book/facts.yml")
    told = str(error.value)
    assert len(error.value.problems) == 3
    assert "facts.yml: lambda-timeout · verdict" in told
    assert "remembered · sauce: is not a field" in told
    assert "→ remove it, or mend its spelling" in told
    assert "remembered · current" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: remembered", "id: lambda-timeout", "is given to two facts"),
        ("topic: sqs", "topic: sqs\n  topic: sns", "the key 'topic' is given twice"),
        ("source: ['memory: a talk']", "source: ['memory:']", "a source is empty"),
        ("source: ['memory: a talk']", "source: []", "too few"),
        ("checked: 2026-11-24\n- id", "checked: soon\n- id", "checked"),
        ("- id: remembered", "id: remembered", "is not YAML"),
    ],
)
def test_a_malformed_fact_is_refused(course, edit, old, new, told):
    edit("book/facts.yml", old, new)
    with pytest.raises(ContentError) as error:
        load_facts(course / "book/facts.yml")
    assert told in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ContentError, match="no such file"):
        load_facts(tmp_path / "facts.yml")
