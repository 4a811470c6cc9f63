"""The decision guide in a browser: by keyboard, on a phone, without a script, by its address."""

import re

import pytest

from coursekit.content import load_guides
from coursekit.content.guide import MENDED
from coursekit.content.guide_html import render_guide

from .conftest import STATIC

PHONE = {"viewport": {"width": 390, "height": 844}}
SAGA = ["new", "present", "receipt", "steps", "undo"]


@pytest.fixture(scope="module")
def guide():
    return load_guides()[MENDED]


@pytest.fixture
def file(tmp_path, guide):
    """A page with the mended guide and a heading of its own, outside the book."""
    file = tmp_path / "guide.html"
    lists = render_guide(
        guide, chapter=lambda slug: f'<a href="{slug}.html">{slug}</a>', lab=lambda slug: ""
    )
    file.write_text(
        f"""<!DOCTYPE html><html lang="en"><head><title>Guide</title>
        <meta http-equiv="Content-Security-Policy" content="script-src file:; style-src file:">
        <meta name="viewport" content="width=device-width">
        <link rel="stylesheet" href="{(STATIC / "course.css").as_uri()}">
        <link rel="stylesheet" href="{(STATIC / "content.css").as_uri()}">
        <script defer src="{(STATIC / "decision-guide.js").as_uri()}"></script></head>
        <body><main class="bd-article"><h1>Guide</h1>{lists}<h2 id="below">Below</h2></main></body>
        </html>"""
    )
    return file


class At:
    """A file with a hash, for `open_page`."""

    def __init__(self, file, *answers, place=""):
        self.address = file.as_uri() + "#guide" + (place or "".join(f"--{one}" for one in answers))

    def as_uri(self):
        return self.address


def question(page):
    return page.locator(".ck-guide-question").inner_text()


def status(page):
    return page.locator(".ck-guide-panel [role=status]").inner_text()


def answers(page):
    """The answers that the address holds."""
    return page.evaluate("location.hash").split("--")[1:]


def focused(page):
    return page.evaluate("document.activeElement.className")


def shows(page, words):
    page.locator(".ck-guide-question", has_text=words).wait_for()


def test_it_begins_with_the_first_question_and_takes_no_focus(open_page, file, guide):
    page = open_page(file)
    assert guide.steps[0].ask in question(page)
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    assert page.get_by_role("button", name="Back").count() == 0
    assert page.get_by_role("heading", name=guide.steps[0].ask).count() == 1
    assert page.errors == []


def test_walked_by_keyboard_alone(open_page, file, guide):
    page = open_page(file)
    walk = guide.walk(SAGA)
    for step, answer in walk.taken:
        shows(page, step.ask)
        for _ in range(step.answers.index(answer) + 1):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == answer.say
        page.keyboard.press("Enter")
    shows(page, "Saga")
    assert "ck-guide-question" in focused(page)
    assert status(page) == "Your pattern, after 5 answers:"
    assert answers(page) == SAGA
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "saga.html"
    assert page.errors == []


def test_an_outcome_says_why_what_to_build_and_what_it_is_taken_for(open_page, file, guide):
    page = open_page(At(file, *SAGA))
    body = page.locator(".ck-guide-body")
    outcome = guide.places["saga"]
    assert outcome.why in body.inner_text()
    assert outcome.build in body.inner_text()
    for neighbor in outcome.neighbors:
        assert neighbor.ask in body.inner_text()
    assert body.locator('a[href="orchestration.html"]').count() >= 1
    assert body.locator("dt").count() == len(outcome.then)


@pytest.mark.parametrize("slug", [outcome.id for outcome in load_guides()[MENDED].outcomes])
def test_each_outcome_has_an_address_that_can_be_shared(open_page, file, guide, slug):
    walk = next(walk for walk in guide.walks() if walk.outcome.id == slug)
    page = open_page(At(file, *walk.answers))
    assert question(page).removeprefix("✓ ") == walk.outcome.title
    assert page.locator(".ck-guide-trail li").count() == len(walk.taken)
    link = page.get_by_role("link", name="Address of this outcome")
    assert link.get_attribute("href") == "#guide" + "".join(f"--{one}" for one in walk.answers)
    assert "ck-guide-question" in focused(page)
    assert page.errors == []


def test_a_place_of_the_list_opens_the_shortest_way_to_it(open_page, file):
    page = open_page(At(file, place="-saga"))
    shows(page, "Saga")
    page.wait_for_function("location.hash.startsWith('#guide--')")
    assert answers(page) == SAGA
    assert page.locator(".ck-guide-all").get_attribute("open") is None


@pytest.mark.parametrize(
    "place, shown",
    [
        ("--nonsense", "Is a running system"),
        ("--new--present--nonsense", "What must the caller have"),
        ("--new--present--receipt--copies--undo", "Fan-out"),
        ("--", "Is a running system"),
        ("-nowhere", "Is a running system"),
        ("--%22%3E%3Cimg%20src=x%3E", "Is a running system"),
    ],
)
def test_an_unknown_address_is_said_and_followed_as_far_as_it_leads(open_page, file, place, shown):
    page = open_page(At(file, place=place))
    assert shown in question(page)
    assert "an answer that the guide does not have" in status(page)
    page.locator(".ck-guide-all summary").first.click()
    assert page.errors == []


def test_another_places_address_is_left_alone(open_page, file):
    page = open_page(At(file, *SAGA))
    page.evaluate("location.hash = '#below'")
    page.wait_for_function("location.hash === '#below'")
    assert "Saga" in question(page)


def test_the_browsers_back_and_forward_walk_too(open_page, file):
    page = open_page(file)
    page.get_by_role("button", name="No, it is new").click()
    shows(page, "any past moment")
    page.get_by_role("button", name="No, the present state").click()
    shows(page, "What must the caller have")
    page.go_back()
    shows(page, "any past moment")
    assert answers(page) == ["new"]
    page.go_back()
    shows(page, "Is a running system")
    page.go_forward()
    shows(page, "any past moment")
    assert "ck-guide-question" in focused(page)


def test_back_start_over_and_change(open_page, file):
    page = open_page(At(file, *SAGA))
    page.get_by_role("button", name="Back").click()
    shows(page, "must the earlier ones be taken back")
    assert answers(page) == SAGA[:-1]
    page.get_by_role("link", name="Change the answer to question 3").click()
    shows(page, "What must the caller have")
    assert status(page) == "2 answers given."
    page.get_by_role("button", name="Start over").click()
    shows(page, "Is a running system")
    assert answers(page) == []
    assert not page.get_by_role("button", name="Start over").is_visible()
    assert page.locator(".ck-guide-trail").inner_text() == ""


def test_the_trail_names_each_question_and_answer(open_page, file, guide):
    page = open_page(At(file, *SAGA))
    lines = page.locator(".ck-guide-trail li").all_inner_texts()
    for line, (step, answer) in zip(lines, guide.walk(SAGA).taken, strict=True):
        assert step.ask in line
        assert answer.say in line


def test_every_control_has_a_name_and_the_answers_belong_to_their_question(open_page, file, guide):
    page = open_page(file)
    group = page.get_by_role("group", name=guide.steps[0].ask)
    assert group.get_by_role("button").count() == len(guide.steps[0].answers)
    assert page.get_by_role("group", name=guide.title).count() == 1


def test_it_fits_a_phone_at_each_question_and_outcome(open_page, file, guide):
    page = open_page(file, **PHONE)
    seen = set()
    for walk in guide.walks():
        for count in range(len(walk.answers) + 1):
            place = walk.taken[count][0] if count < len(walk.taken) else walk.outcome
            if place.id in seen:
                continue
            seen.add(place.id)
            page.goto(At(file, *walk.answers[:count]).address)
            shows(page, getattr(place, "ask", None) or place.title)
            assert too_wide(page) <= 0, place.id
    page.locator(".ck-guide-all > summary").click()
    for details in page.locator(".ck-guide-list summary").all():
        details.click()
    assert too_wide(page) <= 0


def too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def test_without_a_script_the_lists_read(open_page, file, guide):
    page = open_page(file, java_script_enabled=False)
    for step in guide.steps:
        assert page.get_by_text(step.ask, exact=True).is_visible()
    for outcome in guide.outcomes:
        place = page.locator(f"#guide-{outcome.id}")
        page.locator("details", has=place).locator("summary").click()
        assert place.get_by_text(outcome.why).is_visible()
    assert page.get_by_role("button").count() == 0


def test_without_a_script_a_place_can_be_addressed(open_page, file):
    page = open_page(At(file, place="-saga"), java_script_enabled=False)
    assert page.locator("#guide-saga").is_visible()


# --- in the book -------------------------------------------------------------------------------


def test_the_books_guide_leads_to_a_chapter_and_its_lab(open_page, book):
    page = open_page(At(book / "book/practice/decision-guide.html", *SAGA))
    assert "Saga" in question(page)
    links = page.locator(".ck-guide-body .ck-guide-links a")
    for number in range(links.count()):
        address = links.nth(number).evaluate("link => link.href")
        assert (book / address.split("_build/html/")[-1]).exists() or book.as_uri() in address
    links.first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Saga")
    page.go_back()
    assert "Saga" in question(page)
    assert page.errors == []


def test_the_taught_guide_stands_beside_it_with_its_holes(open_page, book):
    page = open_page(book / "book/practice/decision-guide.html")
    assert page.locator("#as-taught .ck-guide-missed").is_visible()
    assert page.locator("#as-taught .ck-guide-panel").count() == 0


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_picture_prints_on_one_sheet(open_page, book, paper):
    page = open_page(book / "book/practice/decision-guide-picture.html")
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "10mm")
    printed = page.pdf(format=paper, margin=margin)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


@pytest.mark.parametrize("width, shown, hidden", [(1280, "wide", "tall"), (390, "tall", "wide")])
def test_the_picture_is_read_wide_or_tall(open_page, book, width, shown, hidden):
    page = open_page(
        book / "book/practice/decision-guide-picture.html",
        viewport={"width": width, "height": 844},
    )
    assert page.locator(f"svg.ck-figure-{shown}").is_visible()
    assert not page.locator(f"svg.ck-figure-{hidden}").is_visible()
    picture = page.locator(f"svg.ck-figure-{shown}")
    scale = picture.evaluate("e => e.getBoundingClientRect().width / e.viewBox.baseVal.width")
    assert scale * 13 >= 11.5  # pixels: the smallest text of the picture


def test_a_page_that_does_not_fit_one_sheet_is_counted(open_page, tmp_path):
    file = tmp_path / "long.html"
    file.write_text('<!DOCTYPE html><div style="height: 1500px">long</div>')
    printed = open_page(file).pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
