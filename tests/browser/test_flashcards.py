"""The flashcards in a browser: learned, come back, by keyboard, across tabs, on bad storage."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from coursekit.book.flashcards import COPIED, LIBRARY, TRAINER, render_card
from coursekit.content import Flashcard, load_flashcards

from .conftest import STATIC
from .test_book import FAINT

KEY = "course:flashcards:v1"
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PHONE = {"viewport": {"width": 390, "height": 844}}
# What a strict host would allow; file: stands for the host itself.
POLICY = "default-src 'none'; script-src file:; style-src file:; img-src file: data:"
ALLOWED = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'


def make_card(number, **changes):
    entry = {
        "id": f"card-{number}",
        "kind": "trap" if number % 2 else "mnemonic",
        "chapter": "saga" if number % 3 else "vtf",
        "front": f"Question {number}?",
        "back": f"Answer {number}.",
    }
    return Flashcard.model_validate(entry | changes)


def write_deck(file, cards, head=ALLOWED, library=True):
    scripts = [STATIC / "storage.js", *[LIBRARY / COPIED["ts-fsrs.js"]] * library]
    scripts.append(STATIC / "flashcards.js")
    tags = "".join(f'<script defer src="{script.as_uri()}"></script>' for script in scripts)
    styles = "".join(
        f'<link rel="stylesheet" href="{(STATIC / name).as_uri()}">'
        for name in ("course.css", "content.css")
    )
    body = "".join(
        render_card(card, {}, order=order, title=card.chapter.title(), links=[("#x", "Chapter")])
        for order, card in enumerate(cards)
    )
    file.write_text(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{head}<title>Deck</title>'
        f"{styles}{tags}</head><body><article class='bd-article'>{TRAINER}{body}"
        "<p><a id='x' href='#x'>End</a> <textarea aria-label='Notes'></textarea></p>"
        "</article></body></html>",
        encoding="utf-8",
    )
    return file


@pytest.fixture
def deck(tmp_path):
    """Write a page with so many cards, or with these."""

    def deck(cards=12, **options):
        if isinstance(cards, int):
            cards = [make_card(number) for number in range(cards)]
        return write_deck(tmp_path / "deck.html", cards, **options)

    return deck


class Study:
    """A page of flashcards at a time that the test sets."""

    def __init__(self, open_page, file, at=MORNING, **options):
        self.page = open_page(file, timezone_id="UTC", at=at, **options)

    def come_back(self, at):
        """Open the page anew at this time."""
        self.page.clock.set_fixed_time(at)
        self.page.reload()
        self.page.locator(".ck-trainer[data-state]").wait_for()

    @property
    def front(self):
        return self.page.locator(".ck-trainer-front").inner_text().strip("“”")  # of a trap

    @property
    def state(self):
        return self.page.locator(".ck-trainer").get_attribute("data-state")

    @property
    def focused(self):
        """The class of what has the focus."""
        return self.page.evaluate("document.activeElement.className")

    @property
    def status(self):
        return self.page.locator(".ck-trainer-status").inner_text()

    @property
    def counts(self):
        rows = self.page.locator(".ck-trainer-counts dd").all_inner_texts()
        return int(rows[0]), int(rows[1]), rows[2]

    def answer(self, grade):
        """Show the answer, then say how it went; returns the interval that the button promised."""
        self.page.get_by_role("button", name="Show the answer").click()
        button = self.page.locator(f".ck-grade-{grade}")
        promised = button.locator(".ck-grade-interval").inner_text()
        button.click()
        return promised.replace("\u00a0", " ")

    def stored(self):
        return json.loads(self.page.evaluate(f"localStorage.getItem({KEY!r})"))

    def due(self, name="card-0"):
        return datetime.fromisoformat(self.stored()["cards"][name]["fsrs"]["due"])


def test_a_card_comes_back_when_it_is_due_and_its_interval_grows(open_page, deck):
    study = Study(open_page, deck(1))
    assert study.front == "Question 0?"
    assert study.answer("good") == "10 min"
    assert study.front == "Question 0?", "nothing else to do: its second step may come at once"
    first = study.answer("good")
    assert (study.state, study.counts) == ("done", (0, 0, "1 of 1"))
    assert "Nothing is due." in study.front

    began, due = MORNING, study.due()
    assert first == f"{(due - began).days} days"
    study.come_back(due - timedelta(days=1))
    assert study.state == "done", "a day too early"
    study.come_back(due.replace(hour=0, minute=1))
    assert study.counts == (1, 0, "1 of 1"), "due on that day, from its first minute on"
    intervals = [due - began]
    for _ in range(3):
        study.come_back(due)
        study.answer("good")
        intervals.append(study.due() - due)
        due = study.due()
    assert intervals == sorted(set(intervals)), "each interval is longer than the one before"
    assert study.page.errors == []


def test_again_brings_the_card_back_and_shortens_its_interval(open_page, deck):
    study = Study(open_page, deck(1))
    study.answer("easy")
    due = study.due()
    study.come_back(due)
    study.answer("good")
    long = study.due() - due
    due = study.due()
    study.come_back(due)
    assert study.answer("again") == "10 min"
    assert study.due() - due == timedelta(minutes=10)
    assert study.stored()["cards"]["card-0"]["fsrs"]["lapses"] == 1
    assert study.front == "Question 0?", "forgotten, so it comes again today"
    study.answer("good")
    assert study.due() - due < long


def test_a_reload_loses_nothing(open_page, deck):
    study = Study(open_page, deck())
    for grade in ("good", "again", "easy", "hard"):
        study.answer(grade)
    before = study.stored(), study.counts, study.front
    study.come_back(MORNING)
    assert (study.stored(), study.counts, study.front) == before
    assert set(before[0]["cards"]) == {"card-0", "card-1", "card-2", "card-3"}


def test_new_cards_are_limited_by_the_day_and_the_limit_can_be_changed(open_page, deck):
    study = Study(open_page, deck(12))
    assert study.counts == (0, 10, "0 of 12")
    for _ in range(10):
        study.answer("easy")
    assert (study.state, study.counts) == ("done", (0, 0, "10 of 12"))
    assert "Tomorrow brings 2 new cards" in study.front.replace("\u00a0", " ")
    study.page.get_by_label("New cards a day").fill("11")
    study.page.get_by_label("New cards a day").press("Enter")
    assert study.front == "Question 10?"
    study.answer("easy")
    assert study.state == "done"
    study.come_back(MORNING + timedelta(days=1))
    assert study.counts == (0, 1, "11 of 12"), "the next day brings new ones"
    assert study.page.get_by_label("New cards a day").input_value() == "11"


@pytest.mark.parametrize("words", ["-3", "201", ""])
def test_a_limit_out_of_range_is_not_taken(open_page, deck, words):
    study = Study(open_page, deck())
    study.page.get_by_label("New cards a day").fill(words)
    study.page.get_by_label("New cards a day").press("Tab")
    assert study.page.get_by_label("New cards a day").input_value() == "10"
    assert study.counts[1] == 10


def test_by_keyboard_alone(open_page, deck):
    study = Study(open_page, deck())
    keyboard = study.page.keyboard
    keyboard.press("Tab")
    assert study.page.evaluate("document.activeElement.textContent") == "Show the answer"
    keyboard.press("Space")
    assert study.state == "answer"
    assert "Answer 0." in study.page.evaluate("document.activeElement.textContent")
    keyboard.press("4")
    assert study.front == "Question 1?"
    assert study.focused == "ck-trainer-front"
    keyboard.press("Space")
    keyboard.press("1")
    assert study.front == "Question 2?"
    assert study.stored()["cards"]["card-1"]["fsrs"]["state"] == 1
    keyboard.press("3")
    assert study.front == "Question 2?", "a grade before the answer is no answer"
    keyboard.press("Space")
    keyboard.press("Tab")  # the link of the answer
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Enter")
    assert set(study.stored()["cards"]) == {"card-0", "card-1", "card-2"}
    assert "Hard" in study.status


def test_typing_is_never_taken_for_an_answer(open_page, deck):
    study = Study(open_page, deck())
    study.page.get_by_role("button", name="Show the answer").click()
    study.page.get_by_label("New cards a day").focus()
    study.page.keyboard.type("3")
    study.page.get_by_label("Notes").focus()
    study.page.keyboard.type("1 2")
    assert study.page.get_by_label("Notes").input_value() == "1 2"
    study.page.keyboard.press("Tab")
    study.page.locator("body").press("3")
    study.page.get_by_label("Kind").focus()
    study.page.keyboard.press("Control+3")
    assert study.state == "answer"
    assert study.stored()["cards"] == {}


def test_the_last_answer_can_be_undone(open_page, deck):
    study = Study(open_page, deck())
    undo = study.page.get_by_role("button", name="Undo")
    assert undo.is_disabled()
    study.answer("good")
    before = study.stored()
    study.answer("again")
    undo.click()
    assert study.front == "Question 1?"
    assert study.stored() == before
    assert undo.is_disabled()
    assert study.focused == "ck-trainer-front"
    study.answer("easy")
    assert study.counts == (1, 8, "1 of 12")


def other_tab_answers(study, name="card-0"):
    """Write what another tab would have written; this tab hears no event of its own writes."""
    study.page.evaluate(
        """([key, name]) => {
            const now = new Date(), fsrs = FSRS.fsrs().repeat(FSRS.createEmptyCard(now), now)[4];
            const deck = JSON.parse(localStorage.getItem(key)) || {cards: {}};
            const digest = document.getElementById("card-" + name).dataset.digest;
            deck.cards[name] = {digest, fsrs: fsrs.card};
            localStorage.setItem(key, JSON.stringify(deck));
        }""",
        [KEY, name],
    )


def test_an_answer_of_another_tab_is_not_written_over(open_page, deck):
    study = Study(open_page, deck())
    study.page.get_by_role("button", name="Show the answer").click()
    other_tab_answers(study)
    kept = study.stored()
    study.page.locator(".ck-grade-again").click()
    assert study.stored()["cards"] == kept["cards"]
    assert "answered in another tab" in study.status
    assert study.front == "Question 1?"


def test_answers_of_two_tabs_are_all_kept(open_page, deck):
    study = Study(open_page, deck())
    other_tab_answers(study, "card-5")
    study.answer("good")
    assert set(study.stored()["cards"]) == {"card-0", "card-5"}


def test_an_undo_does_not_take_back_what_another_tab_did(open_page, deck):
    study = Study(open_page, deck())
    study.answer("again")
    other_tab_answers(study)
    kept = study.stored()["cards"]
    study.page.get_by_role("button", name="Undo").click()
    assert study.stored()["cards"] == kept
    assert "nothing was undone" in study.status


def test_a_tab_moves_on_when_another_one_answers(open_page, deck):
    study = Study(open_page, deck())
    study.page.evaluate("window.stays = true")
    other = study.page.context.new_page()
    other.goto(study.page.url)
    other.get_by_role("button", name="Show the answer").click()
    other.locator(".ck-grade-easy").click()
    study.page.get_by_text("answered in another tab").wait_for()
    assert study.front == "Question 1?"
    assert study.page.evaluate("window.stays")


def test_nothing_due_can_be_studied_ahead(open_page, deck):
    study = Study(open_page, deck(2))
    study.answer("easy")
    study.answer("easy")
    ahead = study.page.get_by_role("button", name="Study ahead")
    study.come_back(MORNING + timedelta(days=2))
    assert study.state == "done"
    before = study.due()
    ahead.click()
    assert study.front == "Question 0?"
    study.answer("good")
    assert study.front == "Question 1?"
    study.answer("good")
    assert study.state == "done", "each comes once"
    assert study.due() > before
    assert ahead.is_visible()


def test_the_next_day_is_said(open_page, deck):
    study = Study(open_page, deck(1))
    study.answer("easy")
    due = study.due()
    assert f"The next card comes on {due:%A, %B} {due.day}." in study.front
    study.come_back(due - timedelta(days=1))
    assert "The next card comes tomorrow." in study.front


def test_a_reworded_card_comes_at_once_and_keeps_its_schedule(open_page, deck):
    study = Study(open_page, deck(1))
    study.answer("easy")
    due = study.due()
    deck([make_card(0, back="Another answer.")])
    study.come_back(MORNING + timedelta(days=1))
    assert study.counts == (1, 0, "1 of 1")
    label = study.page.locator(".ck-trainer-card .ck-card-kind").inner_text()
    assert "reworded" in label
    study.answer("good")
    assert study.due() > due
    assert study.state == "done"


def test_a_card_that_left_the_deck_keeps_its_progress(open_page, deck):
    study = Study(open_page, deck(2))
    study.answer("easy")
    deck([make_card(1)])
    study.come_back(MORNING)
    study.answer("easy")
    assert set(study.stored()["cards"]) == {"card-0", "card-1"}
    assert study.counts == (0, 0, "1 of 1")


def test_a_kind_or_a_chapter_can_be_chosen(open_page, deck):
    study = Study(open_page, deck())
    study.page.get_by_label("Kind").select_option("Trap → truth")
    assert (study.front, study.counts) == ("Question 1?", (0, 6, "0 of 6"))
    study.page.get_by_label("Chapter").select_option("Vtf")
    assert (study.front, study.counts) == ("Question 3?", (0, 2, "0 of 2"))
    study.page.get_by_label("Kind").select_option("all")
    assert (study.front, study.counts) == ("Question 0?", (0, 4, "0 of 4"))


def test_progress_is_cleared_only_after_a_second_yes(open_page, deck):
    study = Study(open_page, deck())
    study.answer("easy")
    clear = study.page.get_by_role("button", name="Clear progress")
    clear.click()
    assert "1\u00a0card in this browser" in study.page.locator(".ck-trainer-confirm").text_content()
    assert study.page.evaluate("document.activeElement.textContent") == "Keep it"
    study.page.keyboard.press("Enter")
    assert len(study.stored()["cards"]) == 1
    assert study.page.evaluate("document.activeElement.textContent") == "Clear progress"
    clear.click()
    study.page.get_by_role("button", name="Delete it").click()
    assert study.page.evaluate(f"localStorage.getItem({KEY!r})") is None
    assert (study.front, study.counts) == ("Question 0?", (0, 10, "0 of 12"))
    assert study.page.get_by_role("button", name="Undo").is_disabled()


@pytest.mark.parametrize("garbage", ["{", "[]", "null", "7", '{"cards": []}', "\u0000"])
def test_unreadable_progress_is_said_and_kept(open_page, deck, garbage):
    page = open_page(deck(), storage=(KEY, garbage))
    problem = page.locator(".ck-trainer .ck-storage-problem")
    assert "could not be read" in problem.text_content()
    page.get_by_role("button", name="Show the answer").click()
    page.locator(".ck-grade-good").click()
    assert page.evaluate(f"localStorage.getItem({KEY + ':unreadable'!r})") == garbage
    assert list(json.loads(page.evaluate(f"localStorage.getItem({KEY!r})"))["cards"]) == ["card-0"]
    assert page.errors == []


def test_progress_of_another_version_is_said_and_kept(open_page, deck):
    page = open_page(deck(), storage=("course:flashcards:v0", '{"old": true}'))
    problem = page.locator(".ck-trainer .ck-storage-problem")
    assert "course:flashcards:v0" in problem.text_content()
    page.get_by_role("button", name="Show the answer").click()
    page.locator(".ck-grade-good").click()
    assert page.evaluate("localStorage.getItem('course:flashcards:v0')") == '{"old": true}'


GOOD_STATE = {
    **{"due": "2026-12-02T09:00:00.000Z", "last_review": "2026-11-24T09:00:00.000Z"},
    **{"stability": 8.2, "difficulty": 1.0, "elapsed_days": 0, "scheduled_days": 8},
    **{"learning_steps": 0, "reps": 1, "lapses": 0, "state": 2},
}


@pytest.mark.parametrize(
    "entry",
    [
        7,
        None,
        [],
        {},
        {"digest": "x", "fsrs": {}},
        {"digest": "x", "fsrs": GOOD_STATE | {"due": "soon"}},
        {"digest": "x", "fsrs": GOOD_STATE | {"state": 9}},
        {"digest": "x", "fsrs": GOOD_STATE | {"stability": "much"}},
        {"digest": "x", "fsrs": GOOD_STATE | {"reps": None}},
    ],
)
def test_one_broken_card_begins_anew_and_the_others_stay(open_page, deck, entry):
    text = json.dumps({"cards": {"card-0": entry, "card-1": {"digest": "x", "fsrs": GOOD_STATE}}})
    page = open_page(deck(2), storage=(KEY, text))
    assert (
        "about 1\u00a0card could not be read"
        in page.locator(".ck-trainer .ck-storage-problem").text_content()
    )
    assert page.locator(".ck-trainer-counts dd").all_inner_texts()[2] == "1 of 2"
    assert page.errors == []


def test_forbidden_storage_is_said_and_the_page_works(open_page, deck):
    denied = (
        "<script>Object.defineProperty(window, 'localStorage',"
        " { get: function () { throw new Error('denied'); } });</script>"
    )
    page = open_page(deck(head=denied))
    for _ in range(2):
        page.get_by_role("button", name="Show the answer").click()
        page.locator(".ck-grade-easy").click()
    problem = page.locator(".ck-trainer .ck-storage-problem")
    assert "did not store" in problem.text_content()
    assert page.locator(".ck-trainer-counts dd").all_inner_texts()[2] == "2 of 12"
    assert page.errors == []


def test_a_missing_library_is_said_and_the_cards_still_read(open_page, deck):
    page = open_page(deck(library=False))
    assert "library did not load" in page.locator(".ck-trainer").inner_text()
    page.locator("#card-card-3 summary").click()
    assert page.get_by_text("Answer 3.").is_visible()
    assert page.errors == []


def test_everything_has_a_name_for_a_screen_reader(open_page, deck):
    study = Study(open_page, deck())
    page = study.page
    assert page.get_by_role("region", name="Study").count() == 1
    page.get_by_role("button", name="Show the answer").click()
    assert "Answer 0." in page.get_by_role("group", name="Answer").inner_text()
    grades = page.get_by_role("group", name="How well did you know it?").get_by_role("button")
    names = [text.replace("\u00a0", " ").replace("\n", " ") for text in grades.all_inner_texts()]
    assert names == ["Again 1 min", "Hard 6 min", "Good 10 min", "Easy 8 days"]
    grades.nth(2).click()
    assert (
        page.locator(".ck-trainer [role=status]").nth(1).inner_text().startswith("Good: this card")
    )
    for label in ("Kind", "Chapter", "New cards a day"):
        assert page.get_by_label(label).count() == 1


# --- the page of the book ----------------------------------------------------------------------


@pytest.fixture
def flashcards_page(book):
    return book / "book/practice/flashcards.html"


def test_the_whole_deck_is_on_the_page_and_nothing_is_fetched(open_page, flashcards_page):
    study = Study(open_page, flashcards_page)
    page, cards = study.page, load_flashcards()
    assert page.locator("details.ck-card").count() == len(cards)
    assert study.counts == (0, 10, f"0 of {len(cards)}")
    seen = set()
    for _ in range(10):
        seen.add(study.front)
        study.answer("easy")
    assert (len(seen), study.state) == (10, "done")
    assert {url.partition(":")[0] for url in page.requests} == {"file"}
    assert page.errors == []


def test_on_a_phone_nothing_is_cut_off(open_page, flashcards_page):
    study = Study(open_page, flashcards_page, **PHONE)
    study.page.get_by_label("Kind").select_option("Cue → pattern")
    study.page.get_by_role("button", name="Show the answer").click()
    assert study.page.evaluate("document.documentElement.scrollWidth") <= 390
    for grade in study.page.locator(".ck-grade").all():
        box = grade.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_an_open_card_stands_out(open_page, flashcards_page, scheme):
    study = Study(open_page, flashcards_page, color_scheme=scheme)
    study.page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
    marks = set()
    while not {"Exam", "Today", "Not"} <= marks:
        study.page.get_by_role("button", name="Show the answer").click()
        marks |= set(study.page.locator(".ck-trainer-back .ck-mark").all_text_contents())
        assert study.page.evaluate(FAINT) == []
        study.page.locator(".ck-grade-easy").click()
    study.page.get_by_role("button", name="Clear progress").click()
    assert study.page.evaluate(FAINT) == []


def test_without_a_script_every_card_reads(open_page, flashcards_page):
    page = open_page(flashcards_page, java_script_enabled=False)
    assert "needs JavaScript" in page.locator(".ck-trainer").inner_text()
    assert page.locator(".ck-trainer button").count() == 0
    for kind in ("mnemonic", "limit", "cue", "trap"):
        card = page.locator(f".ck-card[data-kind={kind}]").first
        assert not card.locator(".ck-card-back").is_visible()
        card.locator("summary").click()
        assert card.locator(".ck-card-back").is_visible()


def test_the_package_for_anki_is_linked_with_its_size(open_page, flashcards_page):
    page = open_page(flashcards_page)
    link = page.get_by_role("link", name="Download the deck for Anki")
    file = (flashcards_page.parent / link.get_attribute("href")).resolve()
    told = re.search(r"\((\d+) cards, (\d+) KB\)", link.locator("xpath=..").inner_text())
    assert int(told[1]) == len(load_flashcards())
    assert int(told[2]) == round(file.stat().st_size / 1024)
