"""The self-check in a browser: by keyboard, across reloads, without a script, on bad storage."""

import json

import pytest

KEY = "course:answers:v1"


def feedback(page, name="vtf-one"):
    return page.locator(f"#q-{name} [role=status]").text_content()


def stored(page):
    return page.evaluate(f"localStorage.getItem({KEY!r})")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_answered_by_keyboard_alone(open_page, quiz):
    page = open_page(quiz)
    press(page, "Tab", "Space")
    press(page, "ArrowDown")
    assert page.locator("#q-vtf-one input").nth(1).is_checked()
    press(page, "Tab", "Enter")
    assert "Right" in feedback(page)
    assert "Reason 1." in feedback(page)
    assert page.locator(".ck-score").inner_text() == "1 of 2 right so far."
    press(page, "Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    press(page, "Enter")
    assert page.locator("#q-vtf-one details").get_attribute("open") is not None
    assert page.errors == []


def test_a_wrong_answer_is_told_why_and_does_not_give_the_right_one_away(open_page, quiz):
    page = open_page(quiz)
    page.get_by_label("Option 3").first.check()
    page.locator("#q-vtf-one .ck-check").click()
    assert "Not right" in feedback(page)
    assert "Reason 3." in feedback(page)
    assert "Reason 1." not in feedback(page)


def test_several_right_options_want_all_of_them(open_page, quiz):
    page = open_page(quiz)
    box = page.locator("#q-vtf-two")
    box.locator("input").nth(0).check()
    box.locator(".ck-check").click()
    assert "1 of 2 found: 1 still missing." in feedback(page, "vtf-two")
    assert box.get_attribute("data-result") == "wrong"
    box.locator("input").nth(2).check()
    box.locator(".ck-check").click()
    assert box.get_attribute("data-result") == "right"
    box.locator("input").nth(3).check()
    box.locator(".ck-check").click()
    assert box.get_attribute("data-result") == "wrong"
    assert "more chosen than asked for" in feedback(page, "vtf-two")


def test_nothing_chosen_is_said(open_page, quiz):
    page = open_page(quiz)
    page.locator("#q-vtf-one .ck-check").click()
    assert feedback(page) == "Choose an answer first."
    assert stored(page) is None


def test_answers_survive_a_reload_and_can_be_cleared(open_page, quiz):
    page = open_page(quiz)
    page.get_by_label("Option 1").first.check()
    page.locator("#q-vtf-one .ck-check").click()
    page.reload()
    assert page.locator("#q-vtf-one input").nth(1).is_checked()
    assert "Right" in feedback(page)
    page.get_by_role("button", name="Clear").click()
    page.reload()
    assert page.locator("input:checked").count() == 0
    assert feedback(page) == ""


def test_changing_an_answer_takes_its_feedback_away(open_page, quiz):
    page = open_page(quiz)
    page.get_by_label("Option 1").first.check()
    page.locator("#q-vtf-one .ck-check").click()
    page.get_by_label("Option 2").first.check()
    assert feedback(page) == ""
    assert page.locator("[data-mark]").count() == 0


def test_an_answer_to_a_question_that_was_reworded_is_dropped(open_page, quiz):
    old = json.dumps({"vtf-one": {"digest": "00000000", "chosen": [1], "checked": True}})
    page = open_page(quiz, storage=(KEY, old))
    assert page.locator("input:checked").count() == 0


@pytest.mark.parametrize("garbage", ["{", "[]", "null", "7", '"x"', "\u0000"])
def test_unreadable_storage_is_put_aside_and_the_page_works(open_page, quiz, garbage):
    page = open_page(quiz, storage=(KEY, garbage))
    page.get_by_label("Option 1").first.check()
    page.locator("#q-vtf-one .ck-check").click()
    assert "Right" in feedback(page)
    assert page.evaluate(f"localStorage.getItem({KEY + ':unreadable'!r})") == garbage
    assert page.errors == []


@pytest.mark.parametrize(
    "entry",
    ["7", "null", "[1]", '{"digest": "DIGEST", "chosen": [99, "x", null], "checked": true}'],
)
def test_a_strange_entry_does_no_harm(open_page, quiz, entry):
    digest = quiz.read_text().split('data-digest="')[1][:8]
    entry = entry.replace("DIGEST", digest)
    page = open_page(quiz, storage=(KEY, f'{{"vtf-one": {entry}}}'))
    assert page.locator("input:checked").count() == 0
    assert page.locator("#q-vtf-one .ck-check").is_visible()
    assert page.errors == []


def test_forbidden_storage_does_no_harm(open_page, quiz, tmp_path):
    text = quiz.read_text().replace(
        "<head>",
        "<head><script>Object.defineProperty(window, 'localStorage',"
        " { get: function () { throw new Error('denied'); } });</script>",
    )
    file = tmp_path / "denied.html"
    file.write_text(text)
    page = open_page(file)
    page.get_by_label("Option 1").first.check()
    page.locator("#q-vtf-one .ck-check").click()
    assert "Right" in feedback(page)
    assert page.errors == []


def test_without_a_script_everything_reads(open_page, quiz):
    page = open_page(quiz, java_script_enabled=False)
    assert page.get_by_role("button", name="Check").count() == 0
    summary = page.locator("#q-vtf-one summary")
    summary.click()
    for number in range(4):
        assert page.get_by_text(f"Reason {number}.").first.is_visible()


def test_every_control_has_a_name_for_a_screen_reader(open_page, quiz):
    page = open_page(quiz)
    assert page.get_by_role("group", name="Which one?").count() == 1
    assert page.get_by_role("radio", name="Option 0").count() == 1
    assert page.get_by_role("checkbox", name="Option 0").count() == 1
