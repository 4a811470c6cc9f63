"""Flashcards: what the file may say, what is checked, and how a card reads."""

from collections import Counter

import pytest

from coursekit.content import ContentError, load_facts, load_flashcards
from coursekit.content.check import check
from coursekit.content.flashcards import KINDS, back_html, digest, front_html, in_learning_order

from .conftest import flashcards


def load(course):
    return load_flashcards(course / "book/flashcards.yml")


def told(course):
    return "\n".join(str(problem) for problem in check(course))


def test_a_good_deck_loads_and_passes(course):
    assert [card.id for card in load(course)] == [
        *("vtf-order", "limit-timeout", "cue-twice", "trap-deleted")
    ]
    assert told(course) == ""


def assign(number, **changes):
    return lambda cards: cards[number].update(changes)


@pytest.mark.parametrize(
    ("alter", "expected"),
    [
        (assign(0, front=""), "vtf-order · front: is empty"),
        (lambda cards: cards[0].pop("back") and None, "vtf-order · back: is missing"),
        (assign(0, hint="no"), "vtf-order · hint: is not a field of this entry"),
        (assign(0, id="Vtf"), "Vtf · id"),
        (assign(1, id="vtf-order"), "vtf-order · id: is given to two cards"),
        (assign(0, kind="joke"), "vtf-order · kind"),
        (assign(0, chapter="vft"), "did you mean vtf?"),
        (assign(0, lab="vtf"), "vtf-order · lab"),
        (assign(1, back="Fifteen minutes."), "cite it in the back"),
        (assign(2, lookalike=""), "say which answer only looks right"),
        (assign(0, lookalike="Another."), "only a cue has a lookalike"),
        (assign(0, back="One thought, and then another one. " * 6), "split it or cut it"),
    ],
)
def test_a_malformed_card_is_refused(course, deck, alter, expected):
    deck(alter)
    with pytest.raises(ContentError) as error:
        load(course)
    assert expected in str(error.value)
    assert "flashcards.yml" in str(error.value)
    assert expected in told(course), "the check says the same"


def test_every_problem_of_the_file_is_told_at_once(course, deck):
    deck(lambda cards: [card | {"front": ""} for card in cards])
    with pytest.raises(ContentError) as error:
        load(course)
    assert len(error.value.problems) == len(flashcards())


@pytest.mark.parametrize("content", ["[]", "cards: no", "{{", '{"cards": [], "more": 1}'])
def test_a_file_of_something_else_is_refused(course, content):
    (course / "book/flashcards.yml").write_text(content)
    with pytest.raises(ContentError, match=r"flashcards\.yml"):
        load(course)


def test_a_missing_file_is_told(course):
    (course / "book/flashcards.yml").unlink()
    assert "flashcards.yml: there is no such file" in told(course)


@pytest.mark.parametrize(
    ("alter", "expected"),
    [
        (lambda cards: cards[:1], "has 1 cards about vtf"),
        (assign(1, back="{fact}`lambda-tmeout:max_s`."), "did you mean lambda-timeout?"),
        (assign(1, exam="{fact}`lambda-timeout:max_h`."), "has no 'max_h'"),
        (assign(0, back="After 29 seconds."), "types the number '29 seconds'"),
        (assign(1, lab="vtf#brake"), "did you mean break?"),
        (assign(1, lab="vft#break"), "there is no chapter 'vft'"),
        (
            assign(3, front="How long may a function run, really?"),
            "asks nearly the same as limit-timeout",
        ),
    ],
)
def test_a_deck_with_a_fault_is_told(course, deck, alter, expected):
    deck(alter)
    assert expected in told(course)


def test_a_card_shows_both_answers_and_the_lookalike(course):
    facts = load_facts(course / "book/facts.yml")
    _, limit, cue, trap = load(course)
    assert back_html(limit, facts) == (
        '<p class="ck-exam"><span class="ck-mark">Exam</span> 15 minutes.</p>'
        '<p class="ck-today"><span class="ck-mark">Today</span> 15\u00a0min at most.</p>'
    )
    assert '<span class="ck-mark">Not</span> FIFO: it drops what is <em>sent</em>' in back_html(
        cue, facts
    )
    assert front_html(trap, facts) == "“Received means deleted.”"
    assert limit.facts == ("lambda-timeout",)


def test_the_digest_changes_with_the_text_and_with_a_number(course, deck):
    facts = load_facts(course / "book/facts.yml")
    before = [digest(card, facts) for card in load(course)]
    file = course / "book/facts.yml"
    file.write_text(file.read_text().replace("max_s: 900", "max_s: 960"))
    changed = load_facts(file)
    assert [digest(card, changed) for card in load(course)] == [
        *(before[0], digest(load(course)[1], changed), *before[2:])
    ]
    assert digest(load(course)[1], changed) != before[1]
    deck(assign(0, front="F and V?"))
    assert digest(load(course)[0], facts) != before[0]


# --- the deck of the course ---------------------------------------------------------------------


def test_the_deck_is_large_enough_and_of_all_kinds():
    cards = load_flashcards()
    kinds = Counter(card.kind for card in cards)
    assert len(cards) >= 110
    assert min(kinds[kind] for kind in KINDS) >= 20


def test_new_cards_mix_the_kinds():
    order = in_learning_order(load_flashcards())
    for start in range(0, len(order) - 10, 10):
        assert len({card.kind for card in order[start : start + 10]}) >= 3


def test_no_two_cards_read_alike_once_their_numbers_are_in():
    facts = load_facts()
    said = Counter(front_html(card, facts) for card in load_flashcards())
    assert max(said.values()) == 1
