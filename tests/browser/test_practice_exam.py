"""The practice exam in a browser: by keyboard, across reloads and tabs, on an injected clock."""

import json
import re
from datetime import datetime
from functools import cached_property

import pytest
from lxml import html

from .conftest import QUIET, WITHOUT_WINDOW, find_chromium
from .test_book import FAINT, width_overflow

PAGE = "book/practice/practice-exam.html"
PHONE = {"viewport": {"width": 390, "height": 844}}
MORNING = datetime(2026, 11, 24, 9, 0)


class Desk:
    """One tab with the practice exam, and what a reader does in it."""

    def __init__(self, page, address):
        self.page = page
        page.set_default_timeout(5_000)
        self.requests, self.errors = [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(error.stack))
        page.goto(address)

    def start(self, mode="Ten in a hurry", exam=None, **fields):
        self.page.get_by_label(mode).check()
        if exam is not None:
            self.page.get_by_label("Exam", exact=True).select_option(exam)
        if "domain" in fields:
            self.page.get_by_label("Domain", exact=True).select_option(fields["domain"])
        if "chapter" in fields:
            self.page.get_by_label("Chapter", exact=True).select_option(fields["chapter"])
        if "timed" in fields:
            self.page.get_by_label("Against the clock").set_checked(fields["timed"])
        self.press("Start")
        self.page.wait_for_selector(".practice-card")

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def stored(self):
        """The exam that the address names, as the browser keeps it."""
        key = "course:practice-exam-" + self.page.url.partition("#exam-")[2] + ":v1"
        return json.loads(self.page.evaluate(f"localStorage.getItem({key!r})"))

    def question(self):
        """The question on the screen, as the bank has it, and its place in the exam."""
        number = int(re.search(r"Question (\d+)", self.text(".ck-question-label"))[1])
        entry = self.stored()["questions"][number - 1]
        return self.bank[entry["id"]], entry

    @cached_property
    def bank(self):
        text = self.page.locator("#exam-bank").text_content()
        return {question["id"]: question for question in json.loads(text)["questions"]}

    def places(self, right=True):
        """Where on the screen the right options stand, or as many wrong ones."""
        question, entry = self.question()
        goodness = [question["options"][number]["right"] for number in entry["order"]]
        count = sum(goodness)
        return [place for place, good in enumerate(goodness) if good == right][:count]

    def answer(self, right=True):
        for place in self.places(right):
            self.page.locator(".practice-card input").nth(place).check()

    def answer_all(self, rights):
        for number, right in enumerate(rights):
            if number:
                self.press("Next")
            if right is not None:
                self.answer(right)

    def finish(self):
        self.press("Finish the exam")
        self.press("Finish now")
        self.page.wait_for_selector(".practice-score")

    def text(self, selector):
        return self.page.locator(selector).first.inner_text()

    def boxes(self):
        """The overview as a screen reader hears it."""
        boxes = self.page.locator(".practice-box").all()
        return [box.get_attribute("aria-label").partition(", ")[2] for box in boxes]

    def rows(self, title):
        """The rows of a table of the result, as (name, right, of)."""
        section = self.page.locator("section.practice-part").filter(
            has=self.page.get_by_role("heading", name=title, exact=True)
        )
        found = []
        for row in section.locator("tr").all():
            right, of = re.match(r"(\d+) of (\d+)", row.locator("td").first.inner_text()).groups()
            found.append((row.locator("th").inner_text(), int(right), int(of)))
        return found


@pytest.fixture
def address(book):
    return (book / PAGE).as_uri()


@pytest.fixture
def desk(chromium, address):
    """Open tabs, each in a new profile unless a context is given; nothing is fetched in any."""
    desks, contexts = [], []

    def open_desk(context=None, now=None, stored=None, script="", **options):
        if context is None:
            options = {"viewport": {"width": 1280, "height": 900}, "timezone_id": "UTC"} | options
            context = chromium.new_context(**options)
            contexts.append(context)
            for key, value in (stored or {}).items():
                # Once, as another day would have left it: a reload finds what the page made of it.
                context.add_init_script(
                    f"if (!localStorage.getItem('set-{key}')) {{"
                    f"localStorage.setItem('set-{key}', '1');"
                    f"localStorage.setItem({json.dumps(key)}, {json.dumps(value)}); }}"
                )
            if script:
                context.add_init_script(script)
        page = context.new_page()
        if now:
            page.clock.install(time=now)
        desks.append(Desk(page, address))
        return desks[-1]

    yield open_desk
    for one in desks:
        assert one.errors == []
        ours = (address.removesuffix(PAGE), "data:")
        assert [url for url in one.requests if not url.startswith(ours)] == []
    for context in contexts:
        context.close()


# --- a whole exam --------------------------------------------------------------------------------


def tab_to(page, name):
    """Press Tab until the focus is on the control of that name; it must be reachable."""
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "[document.activeElement.getAttribute('aria-label'), "
            "document.activeElement.closest('label')?.innerText, "
            "document.activeElement.innerText].map((text) => (text || '').trim())"
        )
        if any(text.startswith(name) for text in focused):
            return
    raise AssertionError(f"Tab does not reach {name!r}")


def test_ten_questions_by_keyboard_alone(desk):
    one = desk()
    page, keys = one.page, one.page.keyboard
    keys.press("Tab")
    keys.press("Enter")  # the skip link
    tab_to(page, "A full exam")
    keys.press("ArrowDown")
    tab_to(page, "Start")
    keys.press("Enter")
    page.wait_for_selector(".practice-card")
    for number in range(10):
        assert page.evaluate("document.activeElement.tagName") == "LEGEND"
        assert f"Question {number + 1} of 10" in one.text(".practice-card legend")
        places = one.places()
        if number % 2:
            for place in places:  # by its number
                keys.press(str(place + 1))
        else:
            keys.press("Tab")
            several = len(places) > 1
            for place in range(max(places) + 1):
                if place:
                    keys.press("Tab" if several else "ArrowDown")
                if place in places and (several or place == 0):
                    keys.press("Space")
        if number == 4:
            tab_to(page, "Flag to come back")
            keys.press("Enter")
            assert one.text(".practice-status") == "Flagged."
            keys.press("Shift+Tab")
            keys.press("Enter")
        elif number < 9:
            tab_to(page, "Next")
            keys.press("Enter")
    assert one.boxes() == ["answered"] * 4 + ["answered, flagged"] + ["answered"] * 5
    tab_to(page, "Finish the exam")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.innerText") == "Go back to the exam"
    keys.press("Escape")
    assert page.locator(".practice-dialog").count() == 0
    assert page.evaluate("document.activeElement.innerText") == "Finish the exam"
    keys.press("Enter")
    tab_to(page, "Finish now")
    keys.press("Enter")
    page.wait_for_selector(".practice-score")
    assert "10 of 10 right, 100%" in one.text(".practice-score")
    assert page.evaluate("document.activeElement.innerText").startswith("Result: Ten in a hurry")


def test_a_digit_that_is_typed_elsewhere_chooses_nothing(desk):
    one = desk()
    one.start()
    one.page.get_by_role("button", name="Hide the time").focus()
    one.page.keyboard.press("1")
    one.page.locator(".practice-card legend").focus()
    one.page.keyboard.press("Control+1")
    assert one.page.locator(".practice-card input:checked").count() == 0


def test_the_overview_tells_answered_unanswered_and_flagged_apart(desk):
    one = desk()
    one.start()
    one.answer()
    one.press("Flag to come back")
    one.press("Next")
    assert one.boxes() == ["answered, flagged"] + ["unanswered"] * 9
    summary = one.text(".practice-overview > summary")
    assert re.sub(r"\s+", " ", summary) == "Overview: 1 answered 9 unanswered 1 flagged"
    looks = "e => [getComputedStyle(e, '::before').content, getComputedStyle(e).borderTopStyle]"
    boxes = one.page.locator(".practice-box")
    assert boxes.nth(0).evaluate(looks) != boxes.nth(1).evaluate(looks)
    boxes.nth(0).click()
    assert "Question 1 of 10" in one.text(".practice-card legend")
    one.press("Remove the flag")
    assert one.boxes()[0] == "answered"


def test_half_of_two_answers_is_not_an_answer(desk):
    one = desk()
    one.start("One chapter", chapter="vtf")
    while len(one.places()) < 2:
        one.press("Next")
    number = int(re.search(r"\d+", one.text(".ck-question-label"))[0]) - 1
    inputs = one.page.locator(".practice-card input")
    inputs.nth(0).check()
    assert one.text(".practice-count") == "1 of two chosen"
    assert one.boxes()[number] == "unanswered"
    inputs.nth(1).check()
    assert one.boxes()[number] == "answered"
    inputs.nth(2).check()
    assert one.text(".practice-count") == "3 of two chosen: too many"
    assert one.boxes()[number] == "unanswered"


def test_unanswered_questions_are_asked_about_before_the_end(desk):
    one = desk()
    one.start()
    one.answer()
    one.press("Finish the exam")
    assert "9 questions are unanswered and would count as wrong." in one.text(".practice-dialog")
    one.press("Go to the first unanswered")
    assert "Question 2 of 10" in one.text(".practice-card legend")
    one.finish()
    assert "1 of 10 right, 10%" in one.text(".practice-score")
    assert one.page.get_by_text("9 questions not answered, counted as not right.").is_visible()


# --- nothing is lost -----------------------------------------------------------------------------


def screen(one):
    return one.page.evaluate(
        "[document.querySelector('.practice-card').innerText, [...document.querySelectorAll("
        "'.practice-card input')].map(i => i.checked), document.querySelector('.practice-overview')"
        ".innerText, document.querySelector('.practice-clock button').innerText]"
    )


def test_a_reload_comes_back_to_the_same_question_and_answers(desk):
    one = desk(now=MORNING)
    one.start(exam="SAA-C03")
    one.answer_all([True, False, None, True])
    one.press("Flag to come back")
    one.press("Hide the time")
    before = screen(one)
    one.page.reload()
    assert screen(one) == before
    one.press("Show the time")
    assert "Time left 19:5" in one.text(".practice-time") or "20:00" in one.text(".practice-time")


def test_a_closed_browser_keeps_the_exam(chromium, address, tmp_path):
    def browser():
        return chromium.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=find_chromium(WITHOUT_WINDOW), args=list(QUIET)
        )

    first = browser()
    one = Desk(first.new_page(), address)
    one.start(exam="SAP-C03")
    one.answer_all([True, True])
    kept = one.stored()
    first.close()
    second = browser()
    two = Desk(second.new_page(), address)
    assert "2 of 10 answered" in two.text(".practice-open")
    two.press("Go on with Ten in a hurry, SAP-C03")
    assert two.stored()["questions"] == kept["questions"]
    assert "Question 2 of 10" in two.text(".practice-card legend")
    two.finish()
    assert "2 of 10 right" in two.text(".practice-score")
    second.close()


def test_two_tabs_with_two_exams_keep_both(desk):
    one = desk()
    two = desk(one.page.context)
    one.start("Ten in a hurry")
    two.start("One chapter", chapter="vtf")
    one.answer()
    two.answer()
    two.press("Next")
    one.press("Next")
    three = desk(one.page.context)
    lines = three.page.locator(".practice-open").all_inner_texts()
    assert len(lines) == 2
    assert all("1 of" in line for line in lines)


def test_two_tabs_on_one_exam_take_over_each_others_answers(desk):
    one = desk()
    one.start()
    two = desk(one.page.context)
    two.press("Go on with Ten in a hurry")
    two.press("Next")
    two.answer()
    one.answer()
    both = ["answered"] * 2 + ["unanswered"] * 8
    assert one.boxes() == both
    two.page.wait_for_function("document.querySelectorAll('.practice-box-answered').length === 2")
    assert two.boxes() == both
    assert "Question 2 of 10" in two.text(".practice-card legend")
    two.finish()
    one.page.wait_for_selector(".practice-score")
    assert "2 of 10 right" in one.text(".practice-score")


def test_an_exam_that_another_tab_deleted_is_said(desk):
    one = desk()
    one.start()
    two = desk(one.page.context)
    two.press("Delete Ten in a hurry")
    two.press("Delete it")
    one.page.wait_for_selector(".practice-form")
    assert "This exam is not in this browser" in one.text(".ck-storage-problem")


def test_what_another_tab_stores_leaves_the_form_alone(desk):
    one = desk()
    one.page.get_by_label("Exam", exact=True).select_option("DOP-C02")
    two = desk(one.page.context)
    two.start()
    one.page.wait_for_selector(".practice-open")
    assert one.page.get_by_label("Exam", exact=True).input_value() == "DOP-C02"


def test_a_link_inside_the_page_leaves_the_exam_on_the_screen(desk):
    one = desk()
    one.start()
    one.page.evaluate("location.hash = 'how-it-works'")
    chosen = one.page.locator(".practice-card input").first
    chosen.check()
    one.page.go_back()
    assert chosen.is_checked()
    assert len(one.stored()["questions"][0]["chosen"]) == 1


# --- the clock -----------------------------------------------------------------------------------


def test_time_over_ends_the_exam_with_the_answers_so_far(desk):
    one = desk(now=MORNING)
    one.start(exam="SAA-C03")
    one.answer_all([True, True, None])
    one.press("Finish the exam")
    one.page.clock.fast_forward("19:00")
    assert one.text(".practice-time").startswith(("Time left 1:0", "Time left 0:5"))
    one.page.clock.fast_forward("02:00")
    one.page.wait_for_selector(".practice-score")
    assert "2 of 10 right" in one.text(".practice-score")
    assert one.page.get_by_text("after 20:00. The time was over.").is_visible()
    assert one.page.locator(".practice-dialog").count() == 0


def test_time_that_ends_while_the_page_is_closed_loses_no_answer(desk):
    one = desk(now=MORNING)
    one.start(exam="SAA-C03")
    one.answer()
    context = one.page.context
    one.page.close()
    two = desk(context, now=MORNING.replace(hour=15))
    assert two.page.locator(".practice-open").count() == 0
    assert "1 of 10" in two.text(".practice-table tbody tr")
    two.page.get_by_role("link", name="Ten in a hurry, SAA-C03").click()
    assert two.page.get_by_text("Finished 2026-11-24 09:20 after 20:00").is_visible()


def test_the_last_minutes_are_told(desk):
    one = desk(now=MORNING)
    one.start(exam="SAA-C03")
    one.page.clock.fast_forward("10:05")
    one.page.get_by_text("10 minutes left.").wait_for()


def test_without_the_clock_only_time_on_the_page_counts(desk):
    one = desk(now=MORNING)
    one.start(timed=False)
    one.page.clock.fast_forward("05:00")
    one.answer()
    context = one.page.context
    one.page.close()
    two = desk(context, now=MORNING.replace(hour=15))
    two.press("Go on with Ten in a hurry")
    assert two.text(".practice-time").startswith(("Time so far 5:0", "Time so far 5:1"))
    two.finish()
    assert two.page.get_by_text(re.compile(r"after 5:[01]\d\.")).is_visible()


@pytest.mark.parametrize(
    ("day", "offered"),
    [
        ("2026-11-16", ["SAA-C03", "SAP-C02", "SAP-C03", "DVA-C02", "DVA-C03", "DOP-C02"]),
        ("2026-11-30", ["SAA-C03", "SAP-C03", "DVA-C02", "DVA-C03", "DOP-C02"]),
        ("2026-12-01", ["SAA-C03", "SAP-C03", "DVA-C03", "DOP-C02"]),
    ],
)
def test_the_version_follows_the_day(desk, day, offered):
    one = desk(now=datetime.fromisoformat(f"{day}T23:30"))
    options = one.page.get_by_label("Exam", exact=True).locator("option")
    assert [option.get_attribute("value") for option in options.all()] == offered
    coming = [text for text in options.all_inner_texts() if "(from " in text]
    assert len(coming) == len(offered) - 4


# --- what is drawn -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "count", "minutes"), [("SAA-C03", 65, 130), ("SAP-C03", 75, 180), ("DVA-C02", 65, 130)]
)
def test_a_full_exam_is_as_long_as_the_real_one(desk, code, count, minutes):
    one = desk(now=MORNING)
    one.page.get_by_label("Exam", exact=True).select_option(code)
    assert f"{count} questions, {minutes} minutes." in one.text(".practice-plan")
    one.start("A full exam", code)
    stored = one.stored()
    assert stored["endsAt"] - stored["startedAt"] == minutes * 60_000
    ids = [entry["id"] for entry in stored["questions"]]
    assert len(ids) == len(set(ids)) == count
    assert all(code[:3] in one.bank[name]["exams"] for name in ids)


# As the page would read it from a smaller bank: nine questions of the exam are on security.
NINE_ON_SECURITY = """document.addEventListener("readystatechange", () => {
  if (document.readyState !== "interactive") return;
  const element = document.getElementById("exam-bank");
  const bank = JSON.parse(element.textContent);
  const isSafe = (one) => one.exams.includes("SAA") && one.topics.includes("security");
  const tenth = bank.questions.filter(isSafe).slice(9);
  bank.questions = bank.questions.filter((one) => !tenth.includes(one));
  element.textContent = JSON.stringify(bank);
});"""


def test_a_bank_that_is_too_small_says_so(desk):
    one = desk(now=MORNING, script=NINE_ON_SECURITY)
    one.page.get_by_label("Exam", exact=True).select_option("SAA-C03")
    one.page.get_by_label("Domain", exact=True).select_option("Design Secure Architectures")
    plan = one.text(".practice-plan")
    assert "9 questions, 18 minutes." in plan
    assert "That is all that the bank has for this choice. The real exam asks 65" in plan
    one.page.get_by_label("Domain", exact=True).select_option("")
    assert "Design Secure Architectures (9 of " in one.text(".practice-plan")


def test_the_bank_has_enough_for_every_domain_of_an_exam(desk):
    one = desk(now=MORNING)
    for exam in one.page.get_by_label("Exam", exact=True).locator("option").all():
        one.page.get_by_label("Exam", exact=True).select_option(exam.get_attribute("value"))
        assert "Too few questions" not in one.text(".practice-plan")


def test_weights_that_are_not_known_are_named(desk):
    one = desk(now=MORNING)
    one.page.get_by_label("Exam", exact=True).select_option("SAP-C03")
    assert "The weights of SAP-C03 are not confirmed" in one.text(".practice-plan")


def test_a_chapter_asks_all_its_questions_and_only_those(desk):
    one = desk()
    one.start("One chapter", chapter="saga")
    assert one.stored()["endsAt"] is None
    wanted = [name for name, question in one.bank.items() if question["chapter"] == "saga"]
    assert sorted(entry["id"] for entry in one.stored()["questions"]) == sorted(wanted)


DRAW = """([questions, domains, count, seed]) => {
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  return examDraw.draw(questions, domains, count, random)
    .map((one) => [one.question.id, one.domain]);
}"""


def domain(name, weight, *topics):
    return {"name": name, "weight_percent": weight, "topics": list(topics)}


def some(count, *topics):
    return [{"id": f"{'-'.join(topics)}-{n}", "topics": list(topics)} for n in range(count)]


@pytest.mark.parametrize("seed", range(1, 9))
def test_weights_hold_and_no_question_comes_twice(desk, seed):
    domains = [
        domain("A", 32, "a"),
        domain("B", 26, "b"),
        domain("C", 24, "c"),
        domain("D", 18, "d"),
    ]
    questions = [*some(30, "a"), *some(30, "b"), *some(30, "c"), *some(30, "d"), *some(9, "a", "d")]
    drawn = desk().page.evaluate(DRAW, [questions, domains, 65, seed])
    assert len({name for name, _ in drawn}) == len(drawn) == 65
    counts = [sum(number == one for _, number in drawn) for one in range(4)]
    assert counts == [21, 17, 15, 12]  # 20.8, 16.9, 15.6, 11.7: the rest goes to the largest
    tags = {question["id"]: question["topics"] for question in questions}
    assert all(domains[number]["topics"][0] in tags[name] for name, number in drawn)


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_question_of_two_domains_goes_where_it_is_needed(desk, seed):
    domains = [domain("A", 50, "a"), domain("B", 50, "b")]
    questions = [*some(5, "a"), *some(5, "a", "b")]
    drawn = desk().page.evaluate(DRAW, [questions, domains, 10, seed])
    assert sorted(number for _, number in drawn) == [0] * 5 + [1] * 5


def test_others_fill_the_seats_of_a_thin_domain(desk):
    domains = [domain("A", 50, "a"), domain("B", 50, "b")]
    drawn = desk().page.evaluate(DRAW, [[*some(20, "a"), *some(2, "b")], domains, 10, 1])
    assert sorted(number for _, number in drawn) == [0] * 8 + [1] * 2


def test_unknown_weights_are_drawn_evenly(desk):
    domains = [domain("A", None, "a"), domain("B", None, "b")]
    drawn = desk().page.evaluate(DRAW, [[*some(20, "a"), *some(20, "b")], domains, 10, 1])
    assert sorted(number for _, number in drawn) == [0] * 5 + [1] * 5


def test_chance_decides_which_and_in_which_order(desk):
    page = desk().page
    asked = [some(40, "a"), [domain("A", 100, "a")], 10]
    draws = {json.dumps(page.evaluate(DRAW, [*asked, seed])) for seed in range(1, 6)}
    assert len(draws) == 5


# --- the result ----------------------------------------------------------------------------------


@pytest.fixture
def finished(desk):
    """Six right, three wrong, one not answered."""
    one = desk(now=MORNING)
    one.start(exam="SAA-C03")
    one.answer_all([True] * 6 + [False] * 3 + [None])
    one.page.locator(".practice-box").nth(7).click()
    one.press("Flag to come back")
    one.finish()
    return one


def test_the_result_adds_up(finished):
    assert "6 of 10 right, 60%" in finished.text(".practice-score")
    domains = finished.rows("By domain")
    assert sum(right for _, right, _ in domains) == 6
    assert sum(of for _, _, of in domains) == 10
    shares = [right / of for _, right, of in domains]
    assert shares == sorted(shares)
    stored = finished.stored()
    bank = finished.bank
    touched = [slug for one in stored["questions"] for slug in bank[one["id"]]["patterns"]]
    titles = ("By pattern", "By trap", "By mnemonic")
    rows = [row for title in titles for row in finished.rows(title)]
    assert sum(of for _, _, of in rows) == len(touched)
    assert len(rows) == len(set(touched))


def test_each_question_shows_your_answer_and_a_reason_for_every_option(finished):
    cards = finished.page.locator("#exams article")
    assert cards.count() == 4  # what was missed comes first
    finished.page.get_by_label("All (10)").check()
    assert cards.count() == 10
    for entry, card in zip(finished.stored()["questions"], cards.all(), strict=True):
        question = finished.bank[entry["id"]]
        reasons = card.locator(".ck-reason")
        assert reasons.count() == len(question["options"])
        assert all(reason.inner_text() for reason in reasons.all())
        assert card.locator(".practice-yours").count() == len(entry["chosen"])
        links = [link.get_attribute("href") for link in card.locator("a").all()]
        assert any(question["chapter"] in link for link in links)
        assert question["lab"] in links
    finished.page.get_by_label("Flagged (1)").check()
    assert cards.count() == 1
    assert "Question 8, flagged" in finished.text("#exams article h3")


def test_again_with_the_ones_that_were_missed(finished):
    missed = [entry["id"] for entry in finished.stored()["questions"][6:]]
    finished.press("Again with the ones I missed")
    finished.page.wait_for_selector(".practice-card")
    assert sorted(entry["id"] for entry in finished.stored()["questions"]) == sorted(missed)
    finished.answer_all([True] * 4)
    finished.finish()
    assert "4 of 4 right, 100%" in finished.text(".practice-score")
    assert finished.page.get_by_role("button", name="Again with").count() == 0
    assert finished.text("#exams h2") == "Result: Missed in Ten in a hurry, SAA-C03"


def test_results_are_listed_and_open_again(finished):
    finished.page.get_by_role("link", name="All exams").click()
    finished.start("One chapter", chapter="vtf")
    finished.page.clock.fast_forward("01:00:00")
    finished.finish()
    finished.page.get_by_role("link", name="All exams").click()
    finished.page.wait_for_selector(".practice-table")
    rows = finished.page.locator(".practice-table tbody tr")
    assert rows.count() == 2
    newest, oldest = rows.all_inner_texts()
    assert "VTF" in newest and re.search(r"1:00:0\d", newest)
    assert "6 of 10" in oldest and "2026-11-24 09:0" in oldest and "60%" in oldest
    finished.page.get_by_role("link", name="Ten in a hurry, SAA-C03").click()
    assert "6 of 10 right" in finished.text(".practice-score")
    finished.page.reload()
    assert "6 of 10 right" in finished.text(".practice-score")
    finished.page.go_back()
    finished.page.wait_for_selector(".practice-form")
    rows.nth(1).get_by_role("button").click()
    finished.press("Delete it")
    assert rows.count() == 1


# --- what time does to what is stored ------------------------------------------------------------


def reword(one, number):
    """Make the stored exam remember another wording of a question."""
    key = "course:practice-exam-" + one.page.url.partition("#exam-")[2] + ":v1"
    stored = one.stored()
    stored["questions"][number]["digest"] = "00000000"
    one.page.evaluate(f"text => localStorage.setItem({key!r}, text)", json.dumps(stored))
    one.page.reload()


def test_a_question_that_was_reworded_meanwhile_is_left_out_and_said(desk):
    one = desk()
    one.start()
    one.answer_all([True, False])
    reword(one, 1)
    assert "This question was reworded after you began" in one.text(".practice-card")
    one.finish()
    assert "1 of 9 right" in one.text(".practice-score")
    assert one.page.get_by_text("1 question was reworded since, and left out here.").is_visible()


def test_a_result_whose_question_was_reworded_later_says_what_it_was(finished):
    reword(finished, 0)
    assert "5 of 9 right" in finished.text(".practice-score")
    said = "1 question was reworded since, and left out here. On the day it was 6 of 10."
    assert finished.page.get_by_text(said).is_visible()


@pytest.mark.parametrize("garbage", ["{", "[]", "null", "7", '{"id": "x", "questions": []}'])
def test_an_exam_that_cannot_be_read_is_kept_aside_and_said(desk, garbage):
    key = "course:practice-exam-old:v1"
    one = desk(stored={key: garbage})
    assert "could not be read" in one.text(".ck-storage-problem")
    assert one.page.evaluate(f"localStorage.getItem({key + ':unreadable'!r})") == garbage
    one.start()
    one.answer()
    assert one.boxes()[0] == "answered"


def test_an_exam_of_another_version_of_the_book_is_left_and_said(desk):
    key = "course:practice-exam-old:v0"
    one = desk(stored={key: "{}"})
    assert f"This browser holds {key}" in one.text(".ck-storage-problem")
    assert one.page.evaluate(f"localStorage.getItem({key!r})") == "{}"


DENIED = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } });"
FULL = "Storage.prototype.setItem = () => { throw new Error('full'); };"


@pytest.mark.parametrize("script", [DENIED, FULL], ids=["denied", "full"])
def test_without_storage_the_exam_works_until_the_page_is_closed(desk, script):
    one = desk(script=script)
    one.start()
    assert "This browser did not store that" in one.text(".ck-storage-problem")
    one.page.keyboard.press("1")
    one.press("Next")
    one.finish()
    assert "of 10 right" in one.text(".practice-score")
    # The theme has no answer to a browser without storage.
    assert not any("_static/exam-" in e or "_static/storage" in e for e in one.errors)
    one.errors.clear()


# --- every screen, everywhere --------------------------------------------------------------------


def screens(one):
    """Go through every screen; yield its name once it is there."""
    yield "start"
    one.page.get_by_label("One chapter").check()
    yield "one chapter"
    one.start("A full exam", "SAP-C03")
    yield "question"
    one.answer()
    one.press("Flag to come back")
    one.press("Next")
    one.page.locator(".practice-box").nth(40).click()
    one.answer(False)
    yield "later question"
    one.press("Finish the exam")
    yield "dialog"
    one.press("Finish now")
    one.page.wait_for_selector(".practice-score")
    one.page.get_by_label(re.compile("All")).check()
    yield "result"
    one.page.get_by_role("link", name="All exams").click()
    one.page.wait_for_selector(".practice-table")
    one.start("Ten in a hurry")
    one.page.get_by_role("link", name="Leave it open").click()
    one.page.wait_for_selector(".practice-open")
    yield "start with exams"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_readable(desk, scheme):
    one = desk(color_scheme=scheme)
    for name in screens(one):
        assert one.page.evaluate(FAINT) == [], name


def test_every_screen_fits_a_phone(desk):
    one = desk(**PHONE)
    for name in screens(one):
        assert width_overflow(one.page) <= 0, name


def test_every_control_has_a_name(desk):
    one = desk()
    for name in screens(one):
        unnamed = one.page.evaluate(
            "[...document.querySelectorAll('#exams :is(button, select, input, a, summary)')]"
            ".filter(e => !(e.getAttribute('aria-label') || e.innerText.trim() || "
            "(e.labels && e.labels[0] && e.labels[0].innerText.trim())))"
            ".map(e => e.outerHTML)"
        )
        assert unnamed == [], name


def test_without_a_script_every_question_is_a_link_away(open_page, book):
    page = open_page(book / PAGE, java_script_enabled=False)
    assert page.get_by_text("needs JavaScript").is_visible()
    tree = html.fromstring((book / PAGE).read_text("utf-8"))
    bank = json.loads(tree.xpath("//script[@id='exam-bank']")[0].text_content())
    linked = {}
    for link in page.locator("#exams li a").all():
        target = (book / PAGE).parent / link.get_attribute("href").partition("#")[0]
        chapter = html.fromstring(target.resolve().read_text("utf-8"))
        linked |= dict.fromkeys(chapter.xpath("//*[@data-question]/@data-question"))
    assert {question["id"] for question in bank["questions"]} == set(linked)
    assert page.get_by_role("button").count() == 0 or page.locator("#exams button").count() == 0
