"""The skeleton of a chapter: everything reads it, and nothing of it passes before it is filled."""

import importlib.util
import re

import pytest

from coursekit.authoring.__main__ import main
from coursekit.authoring.new_chapter import new_chapter
from coursekit.content import ContentError, find_chapter, load_questions
from coursekit.content.chapters import curriculum
from coursekit.content.check import check
from coursekit.content.placeholders import MARKER, MESSAGE
from coursekit.figures.source import load_figure
from coursekit.notebooks.check import check_notebook
from coursekit.notebooks.files import read_notebook
from coursekit.paths import PARTS

SLUG = "poison-messages"


@pytest.fixture
def skeleton(course):
    """The files of a new chapter in the small course, its line in _toc.yml left out."""
    *files, contents = new_chapter(SLUG, "traps", course)
    assert contents == course / "_toc.yml"
    return files


def marks(text):
    return text.count(MARKER)


def test_every_mark_is_told_with_its_file_and_line(course, skeleton):
    told = [problem for problem in check(course) if problem.message == MESSAGE]
    for file in skeleton:
        if file.suffix != ".ipynb":
            lines = file.read_text().splitlines()
            expected = [n for n, line in enumerate(lines, 1) for _ in range(marks(line))]
            found = [int(p.entry.removeprefix("line ")) for p in told if p.file == file]
            assert sorted(found) == expected
            assert expected, f"{file} has nothing to write"
    assert all(re.match(r"in place of the mark: \w.{5}", problem.fix) for problem in told)


def test_nothing_else_is_wrong_with_it_but_what_stands_in_shared_files(course, skeleton):
    rest = {str(p).partition("\n")[0] for p in check(course) if p.message != MESSAGE}
    rest = {line for line in rest if "in no domain of" not in line}  # this course's exams are tiny
    words = next(line for line in rest if "words" in line)
    assert rest == {
        words,
        f"{course}/book/flashcards.yml: has 0 cards about {SLUG}",
    }


def test_every_mark_of_the_lab_is_told_with_its_cell(course, skeleton):
    lab = find_chapter(SLUG, course).lab
    notebook = read_notebook(lab)
    found = check_notebook(lab)
    expected = sum(marks(cell.source) for cell in notebook.cells)
    expected += sum(marks(str(value)) for value in notebook.metadata.coursekit.values())
    assert sum(MESSAGE in problem for problem in found) == expected
    rest = [problem.split(": ", 1)[1] for problem in found if MESSAGE not in problem]
    assert rest == [
        "metadata: coursekit.minutes is no number. Write how many minutes a reader needs",
        f"was never run. Run `make lab SLUG={SLUG}`",
    ]


def test_a_question_is_named_with_its_field(course, skeleton):
    problems = [problem.field for problem in check(course) if problem.message == MESSAGE]
    assert f"{SLUG}-limit.stem" in problems
    assert f"{SLUG}-predict.reason" in problems


def test_what_is_filled_is_told_no_more(course, skeleton):
    for file in skeleton:
        file.write_text(file.read_text().replace(MARKER, "Written:"))
    assert not [problem for problem in check(course) if problem.message == MESSAGE]
    lab = find_chapter(SLUG, course).lab
    assert not [problem for problem in check_notebook(lab) if MESSAGE in problem]


def test_its_questions_and_its_figure_can_be_read(course, skeleton):
    chapter = find_chapter(SLUG, course)
    kinds = [question.kind for question in load_questions(SLUG, chapter.questions.parent)]
    assert sorted(kinds) == ["exam"] * 6 + ["predict"]
    assert load_figure(chapter.figure).nodes


def test_its_function_passes_its_test(course, skeleton, monkeypatch, capsys):
    file = find_chapter(SLUG, course).handler_tests
    spec = importlib.util.spec_from_file_location("skeleton_test", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (test,) = (value for name, value in vars(module).items() if name.startswith("test_"))
    test(monkeypatch, capsys)


@pytest.mark.parametrize("part", PARTS)
def test_its_line_is_the_last_of_its_part_and_no_other_changes(course, part):
    before = (course / "_toc.yml").read_text().splitlines()
    slugs = curriculum(course)
    new_chapter(SLUG, part, course)
    assert curriculum(course) == slugs | {part: (*slugs[part], SLUG)}
    after = (course / "_toc.yml").read_text().splitlines()
    after.remove(f"      {find_chapter(SLUG, course).line}")
    assert after == before


@pytest.mark.parametrize(
    ("slug", "part", "told"),
    [
        ("Poison Messages!", "traps", "'Poison Messages!' is no slug\n.*: poison-messages$"),
        ("poison--messages", "traps", "is no slug"),
        ("../poison", "traps", "is no slug"),
        ("x" * 41, "traps", "40 at most"),
        ("vtf", "traps", "'vtf' in mnemonics already\n.*book/mnemonics/vtf.md"),
        (SLUG, "trap", "no part 'trap'\n.*did you mean traps"),
        (SLUG, "reference", "no part 'reference'\n.*patterns"),
    ],
)
def test_a_name_that_does_not_fit_is_told_and_nothing_is_written(course, slug, part, told):
    before = sorted(course.rglob("*"))
    with pytest.raises(ContentError) as error:
        new_chapter(slug, part, course)
    assert re.search(told, str(error.value), re.MULTILINE)
    assert sorted(course.rglob("*")) == before


def test_a_file_that_is_there_is_kept_and_nothing_is_written(course):
    kept = course / "labs" / "handlers" / SLUG / "worker.py"
    kept.parent.mkdir()
    kept.write_text("mine")
    before = sorted(course.rglob("*"))
    with pytest.raises(ContentError, match=r"worker.py: is there already\n.*move the file away"):
        new_chapter(SLUG, "traps", course)
    assert kept.read_text() == "mine"
    assert sorted(course.rglob("*")) == before


def test_the_command_says_what_to_do(capsys):
    assert main(["new-chapter", "vtf", "trap"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Nothing was written.\n")
    assert "did you mean traps?" in said
