"""The decision guides: walked, checked, and refused where they are not whole."""

from collections import Counter

import pytest
import yaml
from lxml import html

from coursekit.content import ContentError, all_questions, load_facts, load_guides
from coursekit.content.check import LEAST_WALKS, check
from coursekit.content.guide import MENDED, guide_problems, patterns
from coursekit.content.guide_html import render_guide
from coursekit.paths import DECISION_GUIDE

PATTERNS = patterns()

# --- a guide of two steps ----------------------------------------------------------------------


def outcome(slug):
    neighbors = [{"chapter": "vtf", "ask": "Is it only slow?"}]
    return {
        "id": slug,
        "title": slug.capitalize(),
        "pattern": slug,
        "chapter": "vtf",
        "why": "It fits.",
        "build": "Build it.",
        "neighbors": neighbors,
        "then": ["kind"],
    }


def guide(name):
    """One step with an answer for each pattern but the last two, which the second step has."""
    *first, saga, last = PATTERNS
    answers = [{"id": slug, "say": slug, "to": slug} for slug in first]
    return {
        "id": name,
        "title": f"The guide {name}",
        "steps": [
            {
                "id": "one",
                "ask": "Which?",
                "why": "To begin.",
                "answers": [*answers, {"id": "more", "say": "More", "to": "two"}],
            },
            {
                "id": "two",
                "ask": "Which of two?",
                "why": "To go on.",
                "answers": [
                    {"id": "left", "say": "Left", "to": saga},
                    {"id": "right", "say": "Right", "to": last},
                ],
            },
        ],
        "outcomes": [outcome(slug) for slug in PATTERNS],
        "follow_ups": [
            {
                "id": "kind",
                "ask": "Which kind?",
                "chapter": "vtf",
                "choices": [{"say": "a", "take": "A"}, {"say": "b", "take": "B"}],
            }
        ],
    }


@pytest.fixture
def write(course):
    """Write both guides into the course, after a change to the mended one; the file."""

    def to_file(alter=lambda mended: None):
        guides = [guide("as-taught"), guide("mended")]
        alter(guides[1])
        file = course / "book/decision-guide.yml"
        file.write_text(yaml.safe_dump({"guides": guides}))
        return file

    return to_file


def step(mended, name):
    return next(one for one in mended["steps"] if one["id"] == name)


def answer(mended, name, number=0):
    return step(mended, name)["answers"][number]


def told(file):
    try:
        mended = load_guides(file)[MENDED]
    except ContentError as error:
        return str(error)
    return "\n".join(map(str, guide_problems(mended, file)))


def test_a_good_guide_has_no_problem_and_is_walked(write):
    file = write()
    assert told(file) == ""
    mended = load_guides(file)[MENDED]
    walk = mended.walk(["more", "right"])
    assert walk.outcome.id == PATTERNS[-1]
    assert str(walk).splitlines() == [
        "Which? More",
        "Which of two? Right",
        f"→ {PATTERNS[-1].capitalize()}",
    ]
    assert len(list(mended.walks())) == len(PATTERNS)


def unreachable(mended):
    extra = {"id": "three", "ask": "Never?", "why": "No.", "answers": [dict(answer(mended, "two"))]}
    mended["steps"].append(extra)


@pytest.mark.parametrize(
    "alter, expected",
    [
        (unreachable, "three: is reached by no answer"),
        (lambda g: answer(g, "two").update(to=None), "two.left: is an answer that leads nowhere"),
        (lambda g: answer(g, "two").update(to="one"), "two.left: leads back to a step"),
        (lambda g: answer(g, "two").update(to="two"), "two.left: leads back to a step"),
        (lambda g: answer(g, "one").update(to="fan-out"), "is a pattern that no walk reaches"),
        (lambda g: answer(g, "one").update(to="fan-aut"), "did you mean fan-out"),
        (lambda g: answer(g, "one").update(id="more"), "one: has two answers of one id"),
        (lambda g: g["outcomes"][0].update(chapter="vft"), "did you mean vtf"),
        (lambda g: g["outcomes"][0].pop("chapter") and None, ".chapter: is missing"),
        (lambda g: g["outcomes"][0].update(pattern="saag"), "did you mean saga"),
        (lambda g: g["outcomes"][0].update(then=["kid"]), "did you mean kind"),
        (lambda g: g["outcomes"][0].update(neighbors=[]), "does not say what to build"),
        (lambda g: g["outcomes"][1].update(id=PATTERNS[0]), "is given twice"),
        (lambda g: step(g, "one").pop("why") and None, "one: does not say why it is asked here"),
        (lambda g: step(g, "one").update(hint="no"), "steps.one.hint: is not a field"),
        (lambda g: answer(g, "two").pop("say") and None, "steps.two.answers.0.say: is missing"),
        (lambda g: g.update(id="mend"), "mended: is missing"),
        (
            lambda g: g.update(defects={"unreachable": ["two"]}),
            "two: is declared a defect (unreachable), and is none",
        ),
        (
            lambda g: g.update(defects={"patterns_missed": ["saga"]}),
            "saga: is declared a defect (patterns_missed), and is none",
        ),
    ],
)
def test_a_guide_with_a_fault_is_told(write, alter, expected):
    assert expected in told(write(alter))


def test_a_declared_defect_is_no_problem_and_one_more_is(write):
    def alter(mended):
        unreachable(mended)
        mended["defects"] = {"unreachable": ["three"]}

    assert told(write(alter)) == ""

    def one_more(mended):
        alter(mended)
        answer(mended, "two").update(to=None)

    assert "two.left: is an answer that leads nowhere" in told(write(one_more))


@pytest.mark.parametrize("content", ["[]", "guides: no", "{{"])
def test_a_file_of_something_else_is_refused(course, content):
    file = course / "book/decision-guide.yml"
    file.write_text(content)
    with pytest.raises(ContentError, match=r"decision-guide\.yml"):
        load_guides(file)


@pytest.mark.parametrize(
    "answers, expected",
    [
        ([], "the walk stops at the step 'one'"),
        (["more"], "add one of left, right"),
        (["more", "lift"], "did you mean left"),
        (["fan-out", "left"], "the walk is over at 'fan-out'"),
    ],
)
def test_a_walk_that_ends_nowhere_is_told(write, answers, expected):
    with pytest.raises(LookupError, match=expected):
        load_guides(write())[MENDED].walk(answers)


# --- the check of a whole course ---------------------------------------------------------------


def all_told(course):
    return "\n".join(str(problem) for problem in check(course))


def walked(bank, **changes):
    """Give the first two questions of the bank a walk; then change the first."""

    def alter(questions):
        for question in questions[:2]:
            question |= {"patterns": ["fan-out"], "guide": ["fan-out"]}
        questions[0] |= changes

    bank(alter)


def test_a_question_that_the_guide_leads_to_its_pattern_passes(course, write, bank):
    write()
    walked(bank)
    problems = all_told(course)
    assert "vtf-0" not in problems
    assert "mended · fan-out" not in problems
    assert "mended · saga: is tried with 0 questions" in problems


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"patterns": ["saga", "fan-out"]}, "vtf-0 · guide: arrives at fan-out"),
        ({"guide": ["more"]}, "vtf-0 · guide: the walk stops at the step 'two'"),
        ({"guide": ["more", "lift"]}, "did you mean left"),
    ],
)
def test_a_question_that_arrives_elsewhere_is_refused(course, write, bank, changes, expected):
    write()
    walked(bank, **changes)
    assert expected in all_told(course)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Within 29 seconds?", "types the number '29 seconds'"),
        ("Within {fact}`lambda-tmeout:max_s`?", "did you mean lambda-timeout"),
    ],
)
def test_a_number_in_the_guide_comes_from_a_fact(course, write, text, expected):
    write(lambda mended: step(mended, "one").update(ask=text))
    assert expected in all_told(course)


def test_a_chapter_that_is_not_written_is_told(course, write):
    write(lambda mended: mended["outcomes"][0].update(chapter="sale"))
    assert "the chapter sale is not written" in all_told(course)


def test_a_page_for_the_guide_wants_the_guide(course):
    page = course / "book/practice/decision-guide.md"
    page.parent.mkdir()
    page.write_text("# Guide\n")
    assert "decision-guide.yml: there is no such file" in all_told(course)


def test_practice_holds_pages_that_are_no_chapters_but_no_such_labs(course):
    for file in ("book/practice/cards.md", "labs/practice/cards.ipynb"):
        (course / file).parent.mkdir()
        (course / file).write_text("{}")
    problems = all_told(course)
    assert "labs/practice/cards.ipynb: is in no line of _toc.yml" in problems
    assert "cards.md" not in problems


# --- the course's own guides -------------------------------------------------------------------


@pytest.fixture(scope="module")
def guides():
    return load_guides()


def test_every_walk_of_the_mended_guide_ends_and_every_pattern_is_an_end(guides):
    ends = {walk.outcome.pattern for walk in guides[MENDED].walks()}
    assert ends == set(PATTERNS)
    assert list(guide_problems(guides[MENDED], DECISION_GUIDE)) == []


def test_the_taught_guide_has_the_defects_that_it_declares(guides):
    taught = guides["as-taught"]
    found = taught.find_defects()
    assert set(found.unreachable) >= {"transaction", "ordering", "duration"}
    assert found.leads_nowhere == ("transaction.no", "duration.no")
    assert len(found.patterns_missed) == 5
    assert list(guide_problems(taught, DECISION_GUIDE)) == []
    for kind in ("unreachable", "leads_nowhere", "patterns_missed"):
        assert set(getattr(found, kind)) == set(getattr(taught.defects, kind))


SCENARIOS = [
    (question, question.guide)
    for bank in all_questions().values()
    for question in bank
    if question.guide
]


@pytest.mark.parametrize("question, answers", SCENARIOS, ids=lambda it: getattr(it, "id", ""))
def test_a_scenario_of_the_bank_arrives_at_its_pattern(guides, question, answers):
    assert guides[MENDED].walk(answers).outcome.pattern == question.patterns[0]


def test_enough_scenarios_are_walked_for_each_pattern():
    arrived = Counter(question.patterns[0] for question, _ in SCENARIOS)
    assert len(SCENARIOS) >= 25
    assert set(arrived) == set(PATTERNS)
    assert min(arrived.values()) >= LEAST_WALKS


def test_every_answer_of_the_mended_guide_is_given_by_some_scenario(guides):
    given = {name for _, answers in SCENARIOS for name in answers}
    known = {answer.id for step in guides[MENDED].steps for answer in step.answers}
    assert given == known


# --- as nested lists ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(guides):
    def link(slug):
        return f'<a href="{slug}.html">{slug}</a>'

    facts = load_facts()
    return html.fromstring(render_guide(guides[MENDED], chapter=link, lab=link, facts=facts))


def test_each_step_and_outcome_stands_once_in_the_lists(guides, page):
    for kind, places in (("step", guides[MENDED].steps), ("outcome", guides[MENDED].outcomes)):
        assert sorted(page.xpath(f"//@data-{kind}")) == sorted(place.id for place in places)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_each_answer_holds_or_links_what_it_leads_to(page):
    for line in page.xpath("//li[@data-answer]"):
        to = line.get("data-to")
        inside = line.xpath(f"(./div | ./details/div)[@id='guide-{to}']")
        links = line.xpath(f"./p/a[@href='#guide-{to}']")
        assert len(inside) + len(links) == 1, line.get("data-answer")


def test_an_outcome_links_its_chapter_its_lab_and_its_neighbors(page):
    saga = page.xpath("//div[@data-outcome='saga']")[0]
    assert saga.xpath(".//p[@class='ck-guide-links']/a/@href") == ["saga.html", "saga.html"]
    assert "orchestration.html" in saga.xpath(".//li/a/@href")
    assert saga.xpath(".//dt")


def test_the_taught_guide_shows_what_is_never_asked(guides):
    taught = guides["as-taught"]
    page = html.fromstring(render_guide(taught, chapter=lambda slug: slug, interactive=False))
    missed = page.xpath("//div[@class='ck-guide-missed']")[0]
    assert missed.xpath(".//@data-step") == ["transaction", "ordering", "duration"]
    assert len(missed.xpath(".//p[@class='ck-guide-nowhere']")) == 2
    assert page.get("data-start") is None
    assert all(name.startswith("as-taught") for name in page.xpath("//@id"))


def test_the_same_guide_is_the_same_html(guides):
    one, other = (render_guide(guides[MENDED], chapter=str.upper) for _ in range(2))
    assert one == other
