"""The decision guide as a widget: answered, taken back, started over, and its fallback."""

import pytest
from lxml import html

from coursekit.content.guide import MENDED, load_guides
from coursekit.widgets import bundle, decision_guide
from coursekit.widgets.decision_guide import GuideBox


@pytest.fixture
def box():
    return GuideBox(load_guides()[MENDED])


def give(box, *answers):
    for answer in answers:
        box.answers.value = answer
        box.next.click()


def test_it_begins_at_the_first_step_with_nothing_chosen(box):
    assert box.guide.steps[0].ask in box.question.value
    assert box.answers.value is None
    assert [name for _, name in box.answers.options] == ["replace", "new"]
    assert box.back.disabled and box.again.disabled


def test_next_without_an_answer_stays(box):
    box.next.click()
    assert box.taken == []


def test_answers_lead_to_an_outcome_with_its_neighbors_and_the_trail(box):
    give(box, "new", "present", "receipt", "steps", "undo")
    assert "→ Saga" in box.question.value
    assert "Orchestration" in box.question.value
    assert box.answers.layout.display == box.next.layout.display == "none"
    assert box.trail.value.count("<p>") == 5


def test_back_takes_one_answer_and_start_over_all(box):
    give(box, "new", "present", "receipt")
    box.back.click()
    assert box.place.id == "caller"
    assert box.answers.layout.display is None
    box.again.click()
    assert box.place.id == "old-system"
    assert box.trail.value == ""


def test_an_answer_that_leads_nowhere_says_so():
    taught = load_guides()["as-taught"]
    transaction = next(step for step in taught.steps if step.id == "transaction")
    only = taught.model_copy(update={"steps": (transaction,)})
    box = GuideBox(only)
    give(box, "no")
    assert "leads nowhere" in box.question.value


@pytest.mark.parametrize("name, starts", [("mended", "old-system"), ("as-taught", None)])
def test_without_a_widget_the_lists_are_shown(name, starts, monkeypatch):
    outputs = []
    monkeypatch.setattr(bundle, "display", lambda data, raw: outputs.append(data))
    decision_guide(name)
    [shown] = outputs
    assert shown["text/plain"] == f"decision guide: {name}"
    page = html.fromstring(shown["text/html"])
    assert page.get("data-start") == starts
    assert page.xpath("//li[@data-answer]")


def test_a_name_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="use one of as-taught, mended"):
        decision_guide("mend")
