"""The checks over a whole course: each passes on a good one and fails when it should."""

import json

import pytest

from coursekit.content.__main__ import main
from coursekit.content.chapters import all_slugs
from coursekit.content.check import check
from coursekit.content.prose import bare, read_page

from .conftest import FILLER, question

CHAPTER = "book/mnemonics/vtf.md"


def told(course):
    return "\n".join(str(problem) for problem in check(course))


def test_a_good_course_has_no_problem(course):
    assert told(course) == ""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("## Trade-offs", "## Tradeoffs", "did you mean Trade-offs?"),
        (
            "## Trade-offs\n",
            "",
            "before 'Use it when, leave it when'\n    → add `## Trade-offs`",
        ),
        ("## Take-aways\n\n- One.", "- One.", "'Take-aways' is missing before 'Self-check'"),
        (
            "```{self-check} vtf\n```",
            "",
            "'{self-check}' is missing at the end\n    → add a block ```{self-check} vtf",
        ),
        ("```{lab} vtf\n```", "", "has no lab card"),
        ("# VTF", "VTF", "has no title"),
        ("As always.", "After 29 seconds.", "types the number '29 seconds'"),
        ("As always.", "It costs $0.20.", "types the number '$0.20'"),
        ("As always.", "In 50% of cases.", "types the number '50%'"),
        ("As always.", "Up to 10,240 of them.", "types the number '10,240'"),
        ("lambda-timeout:max_s|min", "lambda-tmeout:max_s", "did you mean lambda-timeout?"),
        ("<vtf:break>", "<vtf:brake>", "did you mean break?"),
        ("<vtf:break>", "<vft:break>", "there is no chapter 'vft'"),
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


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("to: worker", "to: woker", "vtf.yml"),
        ("at: [2, 1]", "at: [1, 1]", "stands where queue stands"),
        ("name: worker", f"name: {'x' * 200}", "text gets too small"),
    ],
)
def test_a_figure_that_cannot_be_drawn_is_told(course, edit, old, new, expected):
    edit("book/figures/vtf.yml", old, new)
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


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("symptoms:", "symptom:", "names no symptoms"),
        ("- {see: A message comes back, kind: twice, cell: break}\n", "", "names 1 symptoms"),
        ("A message comes back", "messages are handled twice!", "is a symptom of vtf too"),
        ("A message comes back", "It takes 30 s", "types the number '30 s'"),
        ("back, kind: twice, cell: break", "back, kind: twice, cell: brake", "did you mean break?"),
        ("back, kind: twice", "back, kind: thrice", "A message comes back · kind: "),
        ("back, kind: twice", "back, kinds: twice", "kinds: is not a field of this entry"),
        ("A message comes back", "Back: again", "line 4: is not YAML"),
    ],
)
def test_a_wrong_symptom_is_told(course, edit, old, new, expected):
    edit(CHAPTER, old, new)
    assert expected in told(course)


def test_a_chapter_that_the_book_does_not_list_is_told(course, edit):
    edit("_toc.yml", "book/mnemonics/vtf", "book/mnemonics/other")
    assert "vtf.md: is in no line of _toc.yml" in told(course)


def test_a_chapter_whose_lab_is_not_listed_is_told(course, edit):
    edit("_toc.yml", ", sections: [{file: labs/mnemonics/vtf}]", "")
    assert "_toc.yml: vtf: does not list labs/mnemonics/vtf" in told(course)


def test_two_chapters_of_one_name_are_told(course, edit):
    edit("_toc.yml", "book/traps/zero-operations", "book/traps/vtf")
    assert "vtf: is the name of two chapters" in told(course)


def test_a_lab_without_its_card_is_told(course, edit):
    edit("labs/mnemonics/vtf.ipynb", '"minutes": 5, ', "")
    assert "coursekit.minutes: is missing" in told(course)


def test_a_card_of_another_lab_is_told(course, edit):
    edit("labs/mnemonics/vtf.ipynb", '"minutes": 5', '"slug": "saga", "minutes": 5')
    assert "is the card of saga" in told(course)


def test_a_lab_that_is_no_notebook_is_told(course):
    (course / "labs/mnemonics/vtf.ipynb").write_text("garbage")
    assert "is not a notebook" in told(course)


def move_right(bank, place):
    for entry in bank:
        for number, option in enumerate(entry["options"]):
            option.pop("right", None)
            if number == place:
                option["right"] = True


def lengthen_right(bank):
    for entry in bank:
        next(o for o in entry["options"] if o.get("right"))["text"] += ", as the manual advises"


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
        (
            lambda bank: bank[0].update(stem="Is it {fact}`no-such`?"),
            "vtf-0 · stem: no fact 'no-such'\n    → ",
        ),
    ],
)
def test_a_bank_with_a_fault_is_told(course, bank, alter, expected):
    bank(alter)
    assert expected in told(course)


@pytest.mark.parametrize("text", ["All of the above", "None of the others.", "Both of the above"])
def test_an_option_that_points_at_the_others_is_told(course, bank, text):
    bank(lambda questions: questions[0]["options"][3].update(text=text))
    assert "means nothing once options are shuffled" in told(course)


@pytest.fixture
def whole_bank(course):
    """Give every chapter of the curriculum a bank; `alter` changes the list of all questions."""

    def change(alter=lambda questions: None, per_chapter=8):
        banks = {
            slug: [
                question(
                    number % 7,
                    "exam" if number else "predict",
                    id=f"{slug}-{number}",
                    # Words of its own, so that no two stems are alike.
                    stem=" ".join(f"{slug[:3]}{part}{number}x{word}" for word in range(9)),
                    exams=["SAA", "SAP", "DVA", "DOP"],
                )
                for number in range(per_chapter + 1)
            ]
            for part, slug in enumerate(slug for slug in all_slugs() if slug != "decision-guide")
        }
        entries = [one for bank in banks.values() for one in bank]
        for number, one in enumerate(entries):
            move_right([one], number % 4)
        alter(entries)
        for slug, questions in banks.items():
            file = course / f"book/questions/{slug}.yml"
            file.write_text(json.dumps({"chapter": slug, "questions": questions}))

    return change


def test_a_whole_bank_that_is_large_and_even_has_no_problem(course, whole_bank):
    whole_bank()
    assert told(course) == ""


def only_from(exams):
    def alter(questions):
        for one in questions:
            one["exams"] = exams

    return alter


def first_option_right_mostly(questions):
    for number, one in enumerate(questions):
        if number % 9 < 4:  # below half of a chapter, so that no chapter is told by itself
            move_right([one], 0)


def lengthen_some_right(questions):
    lengthen_right(one for number, one in enumerate(questions) if number % 9 in (1, 3, 5))


def shorten_some_right(questions):
    for number, one in enumerate(questions):
        if number % 9 in (1, 3, 5):
            next(o for o in one["options"] if o.get("right"))["text"] = "Change"


def argue_in_wrong(questions):
    for one in questions:
        for option in one["options"]:
            if not option.get("right"):
                option["text"] += ", because it helps"


@pytest.mark.parametrize(
    ("alter", "per_chapter", "expected"),
    [
        (lambda questions: None, 7, "has 189 exam questions"),
        (lambda questions: only_from(["DOP"])(questions[:-36]), 8, "SAA: has 32 questions"),
        (first_option_right_mostly, 8, "option 1 of four is right in"),
        (lengthen_some_right, 8, "the longest in 81 of 216"),
        (shorten_some_right, 8, "the shortest in 81 of 216"),
        (argue_in_wrong, 8, "0% of the right and 100% of the wrong options argue"),
    ],
)
def test_a_whole_bank_with_a_fault_is_told(course, whole_bank, alter, per_chapter, expected):
    whole_bank(alter, per_chapter)
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
