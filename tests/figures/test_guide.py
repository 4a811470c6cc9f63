"""The decision guide as a picture: every way is drawn, every text fits, and words tell it too."""

import pytest
from lxml import html

from coursekit.content.guide import MENDED, Outcome, load_guides
from coursekit.figures.guide import SAY, TALL, WIDE, plain, render_guide_picture, text_alternative
from coursekit.figures.layout import text_width


@pytest.fixture(scope="module")
def guides():
    return load_guides()


@pytest.fixture(scope="module")
def drawings(guides):
    page = html.fromstring(render_guide_picture(guides[MENDED]))
    return dict(zip(("wide", "tall"), page.xpath(".//svg"), strict=True))


def texts(drawing, kind):
    return [text.text for text in drawing.xpath(f".//text[@class='{kind}']")]


@pytest.mark.parametrize("kind", ["wide", "tall"])
def test_each_question_and_outcome_is_drawn(guides, drawings, kind):
    said = " ".join(drawings[kind].itertext())
    guide = guides[MENDED]
    asked = " ".join(texts(drawings[kind], "ask"))
    for step in guide.steps:
        assert plain(step.ask) in asked
    for outcome in guide.outcomes:
        assert outcome.title in said
    assert len(drawings[kind].xpath(".//circle")) == len(guide.steps)


@pytest.mark.parametrize("kind", ["wide", "tall"])
def test_each_answer_ends_in_an_outcome_or_names_the_next_question(guides, drawings, kind):
    answers = [answer for step in guides[MENDED].steps for answer in step.answers]
    places = [guides[MENDED].places[answer.to] for answer in answers]
    ends = drawings[kind].xpath(".//g[@class='end']")
    assert len(ends) == sum(isinstance(place, Outcome) for place in places)
    assert len(texts(drawings[kind], "on")) == len(answers) - len(ends)


@pytest.mark.parametrize("kind, shape", [("wide", WIDE), ("tall", TALL)])
def test_no_text_runs_out_of_its_card(drawings, kind, shape):
    for text in drawings[kind].xpath(".//text[@class='say' or @class='ask']"):
        size, bold = (15, True) if text.get("class") == "ask" else (SAY, False)
        assert float(text.get("x")) + text_width(text.text, size, bold) <= shape.width - shape.lanes
    for title in drawings[kind].xpath(".//g[@class='end']/text"):
        assert text_width(title.text, SAY, bold=True) <= shape.outcome - 10


@pytest.mark.parametrize("kind, shape", [("wide", WIDE), ("tall", TALL)])
def test_the_lines_at_the_right_stay_inside_and_do_not_share_a_lane(guides, drawings, kind, shape):
    spans = []
    for way in drawings[kind].xpath("./path[@class='way']"):
        x, rest = way.get("d").rsplit("M", 1)[1].split(" ", 1)
        top, bottom = rest.split("H")[0].split("V")
        assert float(x) < shape.width
        spans.append((float(x), float(top), float(bottom)))
    assert len(spans) == len(guides[MENDED].steps) - 1  # nothing leads to the first
    for number, (x, top, bottom) in enumerate(spans):
        for other_x, other_top, other_bottom in spans[number + 1 :]:
            assert x != other_x or bottom <= other_top or other_bottom <= top


def test_the_text_alternative_tells_every_way(guides, drawings):
    told = text_alternative(guides[MENDED])
    for drawing in drawings.values():
        assert drawing.xpath("string(./desc)") == told
        assert drawing.get("role") == "img"
    assert "3. What must the caller have before it can go on?" in told
    assert "A receipt, or nothing: the work only must not get lost: question 6" in told


def test_what_is_never_asked_is_left_out_and_a_dead_end_is_marked(guides):
    taught = guides["as-taught"]
    assert "distributed transaction" not in render_guide_picture(taught)
    last = taught.steps[-1]
    only = taught.model_copy(
        update={"steps": (last,), "outcomes": (taught.places["long-running"],)}
    )
    page = html.fromstring(render_guide_picture(only))
    assert page.xpath(".//g[@class='end broken']/text/text()") == ["leads nowhere"] * 2
    assert "No: leads nowhere" in text_alternative(only)


def test_a_fact_in_a_text_is_its_words():
    assert plain("Up to {fact}`lambda-timeout:max_s|min`, `now`?") == "Up to 15\u00a0min, now?"
