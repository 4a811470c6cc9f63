"""The checks over a whole course: each passes on a good one and fails when it should."""

import json

import pytest

from coursekit.content.__main__ import main
from coursekit.content.check import check
from coursekit.content.prose import bare, read_page

from .conftest import FILLER

CHAPTER = "book/mnemonics/vtf.md"


def told(course):
    return "\n".join(str(problem) for problem in check(course))


def test_a_good_course_has_no_problem(course):
    assert told(course) == ""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("## Trade-offs", "## Tradeoffs", "did you mean Trade-offs?"),
        ("## Trade-offs\n", "", "'Trade-offs' is missing before"),
        ("## Take-aways\n\n- One.", "- One.", "'Take-aways' is missing before 'Self-check'"),
        ("```{self-check} vtf\n```", "", "'{self-check}' is missing at the end"),
        ("```{lab} vtf\n```", "", "has no lab card"),
        ("# VTF", "VTF", "has no title"),
        ("As always.", "After 29 seconds.", "types the number '29 seconds'"),
        ("As always.", "It costs $0.20.", "types the number '$0.20'"),
        ("As always.", "In 50% of cases.", "types the number '50%'"),
        ("As always.", "Up to 10,240 of them.", "types the number '10,240'"),
        ("lambda-timeout:max_s|min", "lambda-tmeout:max_s", "did you mean lambda-timeout?"),
        ("<vtf:break>", "<vtf:brake>", "did you mean break?"),
        ("<vtf:break>", "<vft:break>", "there is no such lab"),
        ("vtf:broken.deliveries", "vtf:broken.delivered", "did you mean deliveries?"),
        ("vtf:broken.deliveries", "vtf:brokn.deliveries", "did you mean broken?"),
        ("{term}`visibility timeout`", "{term}`visibilty timeout`", "the glossary has no"),
        ("{term}`visibility timeout`", "visibility timeout", "uses 'visibility timeout' and never"),
        ("## Trade-offs", "Nobody noticed.\n\n## Trade-offs", "links no cell of the lab"),
    ],
)
def test_a_chapter_with_a_fault_is_told(course, edit, old, new, expected):
    edit(CHAPTER, old, new)
    assert expected in told(course)


@pytest.mark.parametrize("factor", [0.5, 2])
def test_a_chapter_of_the_wrong_length_is_told(course, edit, factor):
    edit(CHAPTER, FILLER, FILLER[: len(FILLER) // 2] if factor < 1 else FILLER * 2)
    assert "a chapter has 800 to 1500 words" in told(course)


def test_headings_out_of_order_are_told(course, edit):
    edit(CHAPTER, "## How it works", "## XX")
    edit(CHAPTER, "## How it breaks", "## How it works")
    edit(CHAPTER, "## XX", "## How it breaks")
    assert "is out of order" in told(course)


@pytest.mark.parametrize(
    "text",
    ["`29 s`", "{scaled}`29 s`", "HTTP 429", "ten attempts", "t3.medium", "2 of 12 orders"],
)
def test_what_is_no_typed_number_passes(course, edit, text):
    edit(CHAPTER, "As always.", f"It says {text}.")
    assert told(course) == ""


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("labs/mnemonics/vtf.ipynb", "has no lab"),
        ("book/questions/vtf.yml", "has no questions"),
        ("book/figures/vtf.yml", "has no figure"),
        ("tests/handlers/test_vtf.py", "has no tests of its Lambda code"),
        ("book/mnemonics/vtf.md", "write book/mnemonics/vtf.md"),
        ("book/facts.yml", "there is no such file"),
    ],
)
def test_a_missing_file_is_told(course, file, expected):
    (course / file).unlink()
    assert expected in told(course)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (CHAPTER, "book/traps/vtf.md", "belongs to the part mnemonics"),
        (CHAPTER, "book/mnemonics/vft.md", "did you mean vtf"),
        ("book/questions/vtf.yml", "book/questions/vft.yml", "chapter that does not exist"),
    ],
)
def test_a_file_in_the_wrong_place_is_told(course, before, after, expected):
    (course / after).parent.mkdir(exist_ok=True)
    (course / before).rename(course / after)
    assert expected in told(course)


def test_a_chapter_that_the_book_does_not_list_is_told(course, edit):
    edit("_toc.yml", "book/mnemonics/vtf", "book/mnemonics/other")
    assert "does not list book/mnemonics/vtf" in told(course)


def test_a_lab_without_its_card_is_told(course, edit):
    edit("labs/mnemonics/vtf.ipynb", '"minutes": 5, ', "")
    assert "coursekit.minutes: is missing" in told(course)


def test_a_lab_that_is_no_notebook_is_told(course):
    (course / "labs/mnemonics/vtf.ipynb").write_text("garbage")
    assert "is not a notebook" in told(course)


def move_right(bank, place):
    for question in bank:
        for number, option in enumerate(question["options"]):
            option.pop("right", None)
            if number == place:
                option["right"] = True


def lengthen_right(bank):
    for question in bank:
        next(o for o in question["options"] if o.get("right"))["text"] += ", as the manual advises"


@pytest.mark.parametrize(
    ("alter", "expected"),
    [
        (lambda bank: bank[2:], "has 4 exam questions"),
        (lambda bank: bank[:-1], "no question of kind predict"),
        (lambda bank: move_right(bank, 1), "option 2 is right in 7 of 7"),
        (lengthen_right, "the longest in 7 of 7"),
        (lambda bank: bank[1].update(stem=bank[0]["stem"] + " Tell."), "nearly the same as vtf-0"),
        (lambda bank: bank[0].update(lab="vtf#brake"), "did you mean break?"),
        (lambda bank: bank[0].update(lab="vft#break"), "did you mean vtf"),
        (lambda bank: bank[0].update(stem="Is it {fact}`no-such`?"), "no fact 'no-such'"),
    ],
)
def test_a_bank_with_a_fault_is_told(course, bank, alter, expected):
    bank(alter)
    assert expected in told(course)


def test_one_broken_file_does_not_hide_the_faults_of_another(course, edit, bank):
    bank(lambda questions: questions[0].pop("stem") and None)
    edit(CHAPTER, "As always.", "After 29 seconds.")
    words = told(course)
    assert "stem: is missing" in words
    assert "29 seconds" in words


def test_the_command_says_how_many_and_fails_on_errors_only(course, edit, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["content", "check", "--root", str(course)])
    edit(CHAPTER, "{term}`visibility timeout`", "visibility timeout")
    assert main() == 0
    assert "content: 0 errors, 1 warnings" in capsys.readouterr().out
    edit(CHAPTER, "As always.", "After 29 seconds.")
    assert main() == 1


def test_prose_is_read_as_written(tmp_path):
    file = tmp_path / "page.md"
    file.write_text(
        "# T\n\nOne\ntwo.\n\n```python\nnot = 'prose'\n```\n\n"
        "```{broken} x\nIn a\n\nbox.\n```\n\nEnd.\n"
    )
    page = read_page(file)
    assert [(b.line, b.text, b.directive) for b in page.blocks] == [
        (3, "One\ntwo.", ""),
        (11, "In a\n\nbox.", "broken"),
        (16, "End.", ""),
    ]
    assert bare("a `3 s` {fact}`x` b").split() == ["a", "b"]


def test_a_role_inside_a_role_is_seen(tmp_path):
    file = tmp_path / "page.md"
    file.write_text("See {cell}``{run}`vtf:a.b` payments <vtf:break>``.\n")
    assert [role for _, role, _ in read_page(file).roles()] == ["cell", "run"]


def test_records_are_read_from_the_outputs(course):
    from coursekit.content.labs import recorded

    cells = json.loads((course / "labs/mnemonics/vtf.ipynb").read_text())["cells"]
    assert cells
    value, place, _ = recorded("vtf:broken.deliveries", course)
    assert (value, place) == (2400, "break")
