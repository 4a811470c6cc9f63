"""Quick questions: asked one by one, judged by the first choice, and stored without chance."""

import ipywidgets
import pytest

from coursekit.content import all_questions
from coursekit.widgets import bundle, quick_questions
from coursekit.widgets.bundle import VIEW_TYPE


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, as (the widget, the MIME bundle)."""
    found = []

    def show(widget, html, text):
        found.append((widget, html, text))

    monkeypatch.setattr(bundle, "show", show)
    return found


def asked(box):
    """The question on the screen, found by its stem's options."""
    stem = box.children[1].children[0].value
    bank = [one for questions in all_questions().values() for one in questions]
    control = box.children[1].children[1]
    texts = (
        [label for label, _ in control.options]
        if isinstance(control, ipywidgets.RadioButtons)
        else [one.description for one in control.children]
    )
    (question,) = [one for one in bank if [option.text for option in one.options] == texts]
    assert stem
    return question, control


def choose(box, right=True):
    question, control = asked(box)
    good = list(question.right_options)
    bad = [n for n in range(len(question.options)) if n not in good][:1]
    for number in good if right else bad:
        if isinstance(control, ipywidgets.RadioButtons):
            control.value = number
        else:
            control.children[number].value = True
    box.children[1].children[2].click()
    return question


def test_each_is_asked_once_and_the_first_choice_counts(shown):
    quick_questions(4, "DVA")
    ((box, *_),) = shown
    seen = []
    for number in range(4):
        assert box.children[0].value == f"<p>Question {number + 1} of 4</p>"
        assert box.children[2].disabled
        seen.append(choose(box, right=number != 1))
        if number == 1:
            choose(box)  # found on the second try
        assert not box.children[2].disabled
        box.children[2].click()
    assert len({question.id for question in seen}) == 4
    assert all("DVA" in question.exams and question.kind == "exam" for question in seen)
    result = box.children[0].value
    assert "3 of 4 right at once." in result
    assert seen[1].lab.partition("#")[0] in result


def test_nothing_chosen_does_not_lead_on(shown):
    quick_questions(2)
    ((box, *_),) = shown
    box.children[1].children[2].click()
    assert "Choose an answer first." in box.children[1].children[3].value
    assert box.children[2].disabled


def test_all_right_says_so_and_sends_nobody_back(shown):
    quick_questions(1)
    ((box, *_),) = shown
    choose(box)
    box.children[2].click()
    assert box.children[0].value == "<p><strong>1 of 1 right at once.</strong></p>"


def test_what_a_notebook_stores_does_not_depend_on_chance(monkeypatch):
    stored = []
    monkeypatch.setattr(bundle, "display", lambda data, raw: stored.append(data))
    for _ in range(2):
        quick_questions()
    one, other = (
        {kind: text for kind, text in data.items() if kind != VIEW_TYPE} for data in stored
    )
    assert one == other
    assert "10 random questions" in one["text/html"]


@pytest.mark.parametrize(
    ("arguments", "advice"), [((10, "SAB"), "did you mean SA"), ((0,), "ask at least 1")]
)
def test_a_wrong_argument_comes_with_advice(arguments, advice):
    with pytest.raises(ValueError, match=advice):
        quick_questions(*arguments)


def test_a_count_beyond_the_bank_asks_what_there_is(shown):
    quick_questions(10_000, "DOP")
    ((box, *_),) = shown
    has = sum(
        question.kind == "exam" and "DOP" in question.exams
        for questions in all_questions().values()
        for question in questions
    )
    assert box.children[0].value == f"<p>Question 1 of {has}</p>"
