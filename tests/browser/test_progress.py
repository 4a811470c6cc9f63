"""Progress on the built book: counted on the start page, taken along, cleared and undone."""

import json

import pytest

START = "book/intro.html"
CHAPTER = "book/mnemonics/vtf.html"
ANSWERS = "course:answers:v1"
READ = "course:read:v1"


def state(page, slug="vtf"):
    return page.locator(f'li[data-chapter="{slug}"] .ck-progress-state').inner_text()


def told(page):
    return page.locator(".ck-progress-told").inner_text()


def answer_all(page):
    """Choose and check the right options of every question on the page, by their reasons."""
    for box in page.locator(".ck-question").all():
        reasons = box.locator(".ck-reasons > li").all()
        for number, reason in enumerate(reasons):
            if "ck-right" in reason.get_attribute("class"):
                box.locator("fieldset input").nth(number).check()
        box.locator(".ck-check").click()
    return page.locator(".ck-question").count()


@pytest.fixture
def learner(open_page, place):
    """A page of somebody who has read one chapter and answered its questions."""
    page = open_page(f"{place}/{CHAPTER}")
    page.asked = answer_all(page)
    page.get_by_label("I have read this chapter").check()
    page.goto(f"{place}/{START}")
    return page


def test_a_newcomer_is_not_welcomed_back(open_page, place):
    page = open_page(f"{place}/{START}")
    assert page.locator(".ck-welcome").count() == 0
    assert "0 of" in page.locator(".ck-progress-summary").inner_text()
    assert state(page).startswith("not read yet")
    assert page.errors == []


def test_the_start_page_counts_what_was_read_and_answered(learner):
    asked = learner.asked
    assert state(learner) == f"read · {asked} of {asked} right"
    assert "1 of" in learner.locator(".ck-welcome").inner_text()
    assert f"{asked} right" in learner.locator(".ck-progress-summary").inner_text()


def test_a_wrong_answer_counts_as_answered_and_not_as_right(open_page, place):
    page = open_page(f"{place}/{CHAPTER}")
    box = page.locator(".ck-question").first
    wrong = box.locator(".ck-reasons > li").evaluate_all(
        "items => items.findIndex(item => item.classList.contains('ck-wrong'))"
    )
    box.locator("fieldset input").nth(wrong).check()
    box.locator(".ck-check").click()
    asked = page.locator(".ck-question").count()
    page.goto(f"{place}/{START}")
    assert state(page) == f"not read yet · 0 of {asked} right, {asked - 1} to try"


def test_reading_can_be_taken_back(learner, place):
    learner.goto(f"{place}/{CHAPTER}")
    box = learner.get_by_label("I have read this chapter")
    assert box.is_checked()
    box.uncheck()
    learner.goto(f"{place}/{START}")
    assert state(learner).startswith("not read yet")


def test_the_welcome_leads_to_the_first_chapter_not_read(learner, place):
    link = learner.locator(".ck-welcome a").first
    link.click()
    learner.wait_for_url("**/synchronous-request-response.html")


def exported(page, tmp_path):
    with page.expect_download() as download:
        page.get_by_role("button", name="Export to a file").click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    return file


def test_an_export_comes_back_in_another_browser(learner, open_page, place, tmp_path):
    file = exported(learner, tmp_path)
    other = open_page(f"{place}/{START}")
    other.locator("#ck-progress-file").set_input_files(file)
    other.locator(".ck-welcome").wait_for()
    assert state(other) == state(learner)
    for key in (ANSWERS, READ):
        assert other.evaluate("key => localStorage.getItem(key)", key) == learner.evaluate(
            "key => localStorage.getItem(key)", key
        )


def test_an_import_can_be_undone(learner, tmp_path):
    before = state(learner)
    file = exported(learner, tmp_path)
    content = json.loads(file.read_text())
    content["entries"][READ] = "{}"
    file.write_text(json.dumps(content))
    learner.locator("#ck-progress-file").set_input_files(file)
    learner.get_by_role("button", name="Undo").wait_for()
    assert state(learner).startswith("not read yet")
    learner.get_by_role("button", name="Undo").click()
    assert state(learner) == before


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "it is no JSON"),
        ("[]", "not a progress file of this course"),
        ('{"course": "another"}', "not a progress file of this course"),
        ({"format": 2}, "has format 2"),
        ({"entries": []}, "has no entries"),
        ({"entries": {"theirs": "{}"}}, "damaged at the entry theirs"),
        ({"entries": {"course:read:v1": {}}}, "damaged at the entry course:read:v1"),
    ],
)
def test_a_file_that_is_none_of_ours_changes_nothing(learner, tmp_path, content, expected):
    before = state(learner)
    file = tmp_path / "other.json"
    if isinstance(content, dict):
        good = {"course": "serverless-broken-on-purpose", "format": 1, "entries": {}}
        content = json.dumps(good | content)
    file.write_text(content)
    learner.locator("#ck-progress-file").set_input_files(file)
    learner.locator(".ck-progress-told", has_text="other.json").wait_for()
    assert expected in told(learner)
    assert state(learner) == before


def test_one_click_clears_all_and_one_brings_it_back(learner):
    before = state(learner)
    learner.evaluate("localStorage.setItem('not-ours', 'stays')")
    learner.get_by_role("button", name="Clear everything").click()
    assert state(learner).startswith("not read yet")
    kept = learner.evaluate("Object.keys(localStorage)")
    assert "not-ours" in kept and not [key for key in kept if key.startswith("course:")]
    learner.get_by_role("button", name="Undo").click()
    assert state(learner) == before


@pytest.mark.parametrize("garbage", ["{", "[]", "7", "null"])
def test_unreadable_progress_is_said_kept_and_exported(open_page, place, tmp_path, garbage):
    page = open_page(f"{place}/{START}", storage=(READ, garbage))
    assert "could not be read" in told(page)
    content = json.loads(exported(page, tmp_path).read_text())
    assert content["entries"][f"{READ}:unreadable"] == garbage


def test_progress_of_another_version_is_said_and_kept(open_page, place):
    page = open_page(f"{place}/{START}", storage=("course:read:v0", '["vtf"]'))
    assert "course:read:v0" in told(page)
    assert page.evaluate("localStorage.getItem('course:read:v0')") == '["vtf"]'


def test_by_keyboard_alone(learner):
    learner.get_by_role("button", name="Clear everything").focus()
    learner.keyboard.press("Enter")
    learner.keyboard.press("Tab")
    assert learner.evaluate("document.activeElement.textContent") == "Undo"
    learner.keyboard.press("Enter")
    assert state(learner).startswith("read")


def test_without_a_script_the_chapters_are_links(open_page, book):
    page = open_page(book / START, java_script_enabled=False)
    assert page.locator(".ck-progress noscript").count() == 1
    assert page.locator('li[data-chapter="vtf"] a').count() == 1


def test_a_phone_shows_it_without_scrolling_sideways(open_page, book):
    page = open_page(book / START, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
