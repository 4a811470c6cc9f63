"""Questions: what a file may say, and the HTML that both faces share."""

import json

import pytest
from lxml import html

from coursekit.content import ContentError, Question, load_questions, render_question

from .conftest import question


def load(course):
    return load_questions("vtf", course / "book/questions")


def test_a_good_bank_loads(course):
    assert [q.id for q in load(course)][:2] == ["vtf-0", "vtf-1"]


def without(key):
    return lambda bank: bank[0]["options"][1].pop(key) and None


def assign(**changes):
    return lambda bank: bank[0].update(changes)


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (without("reason"), "vtf-0 · options.1.reason: is missing"),
        (lambda bank: bank[0]["options"][0].pop("right") and None, "no right option"),
        (
            lambda bank: [o.update(right=True) for o in bank[0]["options"]] and None,
            "no wrong option",
        ),
        (
            lambda bank: bank[0]["options"][1].update(right=True),
            "end it with 'Choose two.'",
        ),
        (assign(id="other-0"), "rename it to vtf-other-0"),
        (assign(id="vtf-1"), "is given to two questions"),
        (assign(patterns=["saag"]), "did you mean saga"),
        (assign(exams=["CLF"]), "exams.0"),
        (assign(hint="no"), "vtf-0 · hint: is not a field"),
        (lambda bank: bank[0]["options"][1].update(text="Change number 0"), "say the same"),
    ],
)
def test_a_malformed_question_is_refused(course, bank, alter, told):
    bank(alter)
    with pytest.raises(ContentError) as error:
        load(course)
    assert told in str(error.value)


def test_an_unknown_slug_is_answered_with_a_close_one(course):
    with pytest.raises(ContentError, match="did you mean vtf"):
        load_questions("vft", course / "book/questions")


@pytest.mark.parametrize("content", ["[]", "chapter: vtf", "questions: no", "{{"])
def test_a_file_of_something_else_is_refused(course, content):
    (course / "book/questions/vtf.yml").write_text(content)
    with pytest.raises(ContentError, match=r"vtf\.yml"):
        load(course)


def test_the_file_must_be_named_for_its_chapter(course):
    file = course / "book/questions/vtf.yml"
    file.write_text(json.dumps({"chapter": "saga", "questions": [question(0)]}))
    with pytest.raises(ContentError, match="write `chapter: vtf`"):
        load(course)


def rendered(**changes):
    return html.fromstring(render_question(Question.model_validate(question(1, **changes))))


def test_the_html_is_a_group_of_native_controls_with_a_name():
    page = rendered()
    assert page.xpath("count(//fieldset/legend)") == 1
    assert len(page.xpath("//label/input[@type='radio' and @name='q-vtf-1']")) == 4


def test_every_reason_is_there_without_a_script():
    reasons = rendered().xpath("//details//li")
    assert [li.get("class") for li in reasons].count("ck-right") == 1
    assert all(li.xpath(".//*[@class='ck-reason']/text()") for li in reasons)


def test_several_right_options_are_checkboxes():
    options = question(1)["options"]
    options[0]["right"] = True
    page = rendered(options=options, stem="Which? Choose two.")
    assert len(page.xpath("//input[@type='checkbox']")) == 4


def test_text_is_escaped_and_lightly_marked_up():
    page = rendered(stem="Set `A < B` to **all** of <script>?")
    assert page.xpath("//legend//code/text()") == ["A < B"]
    assert page.xpath("//legend//strong/text()") == ["all"]
    assert not page.xpath("//script")


def test_a_fact_in_a_question_is_its_text():
    assert "15\u00a0min" in rendered(stem="Up to {fact}`lambda-timeout:max_s|min`?").text_content()


def test_the_html_is_the_same_every_time_and_its_digest_follows_the_words():
    one, other = (Question.model_validate(question(1)) for _ in range(2))
    assert render_question(one) == render_question(other)
    changed = Question.model_validate(question(1, stem="Something else?"))
    assert changed.digest != one.digest


def test_there_is_no_button_that_would_do_nothing_without_a_script():
    assert not rendered().xpath("//button")
