"""Check everything that the course says, over the whole repository, and report it all."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from coursekit.content.chapters import ALL_SLUGS, CURRICULUM, Chapter, load_chapters
from coursekit.content.errors import ContentError, Problem, did_you_mean
from coursekit.content.facts import Fact, fact_text, load_facts
from coursekit.content.html import inline
from coursekit.content.labs import read_lab, recorded
from coursekit.content.prose import Page, bare, read_page
from coursekit.content.questions import Question, load_questions
from coursekit.content.text import read_yaml
from coursekit.paths import ROOT

HEADINGS = (
    "{answer}",
    "The situation",
    "{architecture}",
    "How it works",
    "How it breaks",
    "Trade-offs",
    "Use it when, leave it when",
    "Numbers that matter",
    "How the exam asks it",
    "Take-aways",
    "Self-check",
    "{self-check}",
)
WORDS = (800, 1500)
LEAST_EXAM_QUESTIONS = 6
CARD = ("title", "minutes", "needs", "shows")

# A number with a unit of AWS's limits and prices. Counts ("three retries") are words of prose.
TYPED_NUMBER = re.compile(
    r"(?<![\w.-])(?:\$\s?\d[\d,]*(?:\.\d+)?"
    r"|\d[\d,.]*[\s\u00a0-]?(?:ms|s|seconds?|min|minutes?|h|hours?|days?|months?|years?"
    r"|bytes|[KMGT]i?B|vCPUs?|TPS|USD|percent)\b"
    r"|\d[\d,.]*\s?%"
    r"|\d{1,3}(?:,\d{3})+)"
)

Check = Callable[[Path], Iterator[Problem]]


def check_facts(root: Path) -> Iterator[Problem]:
    """The table of facts can be read, and every number in it can be shown."""
    file = root / "book" / "facts.yml"
    facts = load_facts(file)
    for fact in facts.values():
        for path in _paths(fact.value or {}):
            try:
                fact_text(f"{fact.id}:{path}", facts)
            except LookupError as error:
                yield Problem(file, fact.id, path, str(error.args[0]))


def check_questions(root: Path) -> Iterator[Problem]:
    """Each bank can be read, is large enough, and does not give its answers away."""
    banks: dict[Path, list[Question]] = {}
    facts = load_facts(root / "book" / "facts.yml")
    for file in sorted((root / "book" / "questions").glob("*.yml")):
        if file.stem not in ALL_SLUGS:
            fix = did_you_mean(file.stem, ALL_SLUGS, "chapters")
            yield Problem(file, "", "", "is named for a chapter that does not exist", fix)
            continue
        try:
            banks[file] = load_questions(file.stem, file.parent)
        except ContentError as error:
            yield from error.problems
            continue
        yield from _check_bank(file, banks[file], facts)
    yield from _check_places(root, banks)
    yield from _check_duplicates(banks)


def check_chapters(root: Path) -> Iterator[Problem]:
    """Each chapter has the shape of a chapter, and its prose cites what exists."""
    facts = load_facts(root / "book" / "facts.yml")
    terms = glossary_terms(root)
    for chapter in load_chapters(root).values():
        page = read_page(chapter.prose)
        yield from _check_outline(page, chapter)
        words = page.words()
        if not WORDS[0] <= words <= WORDS[1]:
            fix = f"a chapter has {WORDS[0]} to {WORDS[1]} words"
            yield Problem(page.file, "", "", f"has {words} words", fix)
        yield from _check_typed_numbers(page)
        yield from _check_citations(page, root, facts, terms)
        yield from _check_breaks(page)
        yield from _check_terms(page, terms)


def check_files(root: Path) -> Iterator[Problem]:
    """Every chapter has its lab, questions, handlers and their tests, and stands in _toc.yml."""
    contents = root / "_toc.yml"
    listed = set(_files_of(read_yaml(contents)))
    for slug, chapter in load_chapters(root).items():
        for file, what in (
            (chapter.lab, "lab"),
            (chapter.questions, "questions"),
            (chapter.figure, "figure"),
            (chapter.handlers, "Lambda code"),
            (chapter.handler_tests, "tests of its Lambda code"),
        ):
            if not file.exists():
                place = file.relative_to(root)
                yield Problem(chapter.prose, "", "", f"has no {what}", f"write {place}")
        for docname in (chapter.docname, chapter.lab_docname):
            if docname not in listed and (root / f"{docname}.md").exists():
                yield Problem(contents, slug, "", f"does not list {docname}", "add the line")
        if chapter.lab.exists():
            card = read_lab(chapter.lab).card
            for key in CARD:
                if not card.get(key):
                    fix = "the lab card shows it"
                    yield Problem(chapter.lab, "metadata", f"coursekit.{key}", "is missing", fix)
    known = set(ALL_SLUGS)
    for part in CURRICULUM:
        for file in (*(root / "labs" / part).glob("*.ipynb"), *(root / "book" / part).glob("*.md")):
            if file.stem not in known:
                fix = did_you_mean(file.stem, known, "chapters")
                yield Problem(file, "", "", "is named for no chapter", fix)
            elif ALL_SLUGS[file.stem] != part:
                yield Problem(
                    file, "", "", f"belongs to the part {ALL_SLUGS[file.stem]}", "move it"
                )
            elif not Chapter(file.stem, part, root).prose.exists():
                yield Problem(file, "", "", "has no chapter", f"write book/{part}/{file.stem}.md")


CHECKS: tuple[Check, ...] = (check_facts, check_questions, check_chapters, check_files)


def check(root: Path = ROOT) -> list[Problem]:
    """Run every check; what one cannot read does not keep the others from running."""
    problems: dict[str, Problem] = {}
    for one in CHECKS:
        try:
            problems |= {str(problem): problem for problem in one(root)}
        except ContentError as error:
            problems |= {str(problem): problem for problem in error.problems}
    return sorted(problems.values(), key=lambda problem: (problem.warning, str(problem.file)))


def glossary_terms(root: Path) -> dict[str, str]:
    """Return the glossary's terms, lower case, with the spelling to link."""
    file = root / "book" / "reference" / "glossary.md"
    if not file.exists():
        return {}
    inside = re.search(r"```\{glossary\}\n(.*?)```", file.read_text("utf-8"), re.DOTALL)
    lines = inside[1].splitlines() if inside else []
    return {line.lower(): line for line in lines if line and not line[0].isspace()}


# --- questions ---------------------------------------------------------------------------------


def _check_bank(file: Path, bank: list[Question], facts: dict[str, Fact]) -> Iterator[Problem]:
    kinds = Counter(question.kind for question in bank)
    if kinds["exam"] < LEAST_EXAM_QUESTIONS:
        fix = f"a chapter asks at least {LEAST_EXAM_QUESTIONS}"
        yield Problem(file, "", "", f"has {kinds['exam']} exam questions", fix)
    if not kinds["predict"]:
        fix = "the lab asks one before its run"
        yield Problem(file, "", "", "has no question of kind predict", fix)
    for question in bank:
        for text in (question.stem, *(t for o in question.options for t in (o.text, o.reason))):
            try:
                inline(text, facts)
            except LookupError as error:
                yield Problem(file, question.id, "", str(error.args[0]))

    single = [question for question in bank if len(question.right_options) == 1]
    if len(single) < LEAST_EXAM_QUESTIONS:
        return
    places = Counter(question.right_options[0] for question in single)
    place, count = places.most_common(1)[0]
    if count > len(single) / 2:
        message = f"option {place + 1} is right in {count} of {len(single)} questions"
        yield Problem(file, "", "", message, "move some right options", warning=True)
    longest = sum(_right_is_longest(question) for question in single)
    if longest > len(single) / 2:
        message = f"the right option is the longest in {longest} of {len(single)} questions"
        yield Problem(file, "", "", message, "shorten it, or say more in a wrong one", warning=True)


def _right_is_longest(question: Question) -> bool:
    lengths = [len(option.text) for option in question.options]
    right = lengths[question.right_options[0]]
    return right == max(lengths) and lengths.count(right) == 1


def _check_places(root: Path, banks: dict[Path, list[Question]]) -> Iterator[Problem]:
    """The cell of the lab that a question points to exists."""
    for file, bank in banks.items():
        for question in bank:
            slug, _, place = question.lab.partition("#")
            if slug not in ALL_SLUGS:
                fix = did_you_mean(slug, ALL_SLUGS, "chapters")
                yield Problem(file, question.id, "lab", f"there is no chapter {slug!r}", fix)
                continue
            lab = Chapter(slug, ALL_SLUGS[slug], root).lab
            places = read_lab(lab).anchors() if lab.exists() else {place: {}}
            if place not in places:
                fix = did_you_mean(place, places, "places")
                message = f"the lab {slug} has no cell {place!r}"
                yield Problem(file, question.id, "lab", message, fix)


def _check_duplicates(banks: dict[Path, list[Question]]) -> Iterator[Problem]:
    """No two questions ask the same in nearly the same words; ids are unique in the book."""
    seen: list[tuple[Path, Question, set[str]]] = []
    for file, bank in banks.items():
        for question in bank:
            words = set(re.findall(r"\w+", question.stem.lower()))
            for other_file, other, other_words in seen:
                if other.id == question.id:
                    message = f"is used in {other_file.name} too"
                    yield Problem(file, question.id, "id", message, "give one its own")
                if len(words & other_words) / max(len(words | other_words), 1) > 0.8:
                    message = f"asks nearly the same as {other.id}"
                    yield Problem(file, question.id, "stem", message, "ask something else")
            seen.append((file, question, words))


# --- chapters ----------------------------------------------------------------------------------


def _check_outline(page: Page, chapter: Chapter) -> Iterator[Problem]:
    if not page.title:
        yield Problem(page.file, "", "", "has no title", "begin with `# Title`")
    rest = list(HEADINGS)
    for line, entry in page.outline:
        where = f"line {line}"
        if entry.startswith("{"):
            entry = entry.split(" ")[0]
        if entry in rest:
            for missed in rest[: rest.index(entry)]:
                message = f"{missed!r} is missing before {entry!r}"
                yield Problem(page.file, where, "", message, "add it")
            rest = rest[rest.index(entry) + 1 :]
        elif entry in HEADINGS:
            fix = "the order is " + " · ".join(HEADINGS)
            yield Problem(page.file, where, "", f"{entry!r} is out of order", fix)
        elif not entry.startswith("{"):
            fix = did_you_mean(entry, HEADINGS, "headings")
            yield Problem(page.file, where, "", f"{entry!r} is no heading of a chapter", fix)
    for missed in rest:
        yield Problem(page.file, "", "", f"{missed!r} is missing at the end", "add it")
    if f"{{lab}} {chapter.slug}" not in [entry for _, entry in page.outline]:
        yield Problem(page.file, "", "", "has no lab card", f"add ```{{lab}} {chapter.slug}")


def _check_typed_numbers(page: Page) -> Iterator[Problem]:
    fix = "cite it: {fact}`id:key`, {run}`slug:name.key`; {scaled}`...` if the lab chose it"
    for block in page.blocks:
        text = bare(block.text)
        for match in TYPED_NUMBER.finditer(text):
            line = block.line + text[: match.start()].count("\n")
            yield Problem(page.file, f"line {line}", "", f"types the number {match[0]!r}", fix)


def _check_citations(
    page: Page, root: Path, facts: dict[str, Fact], terms: dict[str, str]
) -> Iterator[Problem]:
    for line, role, content in page.roles():
        where = f"line {line}"
        try:
            if role == "fact":
                fact_text(content.replace("\\|", "|"), facts)
            elif role == "run":
                recorded(content, root)
            elif role == "cell":
                target = re.search(r"<([\w-]+):([\w.-]+)>\s*$", content)
                if not target:
                    raise LookupError("a {cell} needs `words <slug:tag>`")
                lab = Chapter(target[1], ALL_SLUGS.get(target[1], ""), root).lab
                places = read_lab(lab).anchors()
                if target[2] not in places:
                    advice = did_you_mean(target[2], places, "places")
                    raise LookupError(f"the lab {target[1]} has no cell {target[2]!r}: {advice}")
            elif role == "term":
                target = re.search(r"<(.+)>\s*$", content, re.DOTALL)
                term = " ".join((target[1] if target else content).split())
                if term.lower() not in terms:
                    advice = did_you_mean(term.lower(), terms, "terms")
                    raise LookupError(f"the glossary has no {term!r}: {advice}")
        except LookupError as error:
            yield Problem(page.file, where, role, str(error.args[0]))
        except ContentError as error:
            yield from (Problem(page.file, where, role, p.message, p.fix) for p in error.problems)


def _check_breaks(page: Page) -> Iterator[Problem]:
    for block in page.blocks:
        if block.section == "How it breaks" and not re.search(r"\{(cell|run)\}`", block.text):
            fix = "link the cell that shows it: {cell}`words <slug:tag>`"
            message = "says how it breaks and links no cell of the lab"
            yield Problem(page.file, f"line {block.line}", "How it breaks", message, fix)


def _check_terms(page: Page, terms: dict[str, str]) -> Iterator[Problem]:
    linked = set()
    for _, role, content in page.roles():
        if role == "term":
            target = re.search(r"<(.+)>\s*$", content, re.DOTALL)
            linked.add(" ".join((target[1] if target else content).split()).lower())
    for term, spelling in terms.items():
        if term in linked:
            continue
        pattern = re.compile(rf"\b{re.escape(term)}s?\b".replace(r"\ ", r"\s+"), re.IGNORECASE)
        for block in page.blocks:
            if match := pattern.search(bare(block.text)):
                line = block.line + block.text[: match.start()].count("\n")
                fix = f"{{term}}`{spelling}` where it is first used"
                message = f"uses {term!r} and never links it"
                yield Problem(page.file, f"line {line}", "", message, fix, warning=True)
                break


# --- small helpers -----------------------------------------------------------------------------


def _paths(value: object, before: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from _paths(inner, (*before, str(key)))
    elif isinstance(value, int | float | str) and not isinstance(value, bool):
        yield ".".join(before)


def _files_of(contents: object) -> Iterator[str]:
    """Yield every page that _toc.yml names, however deep."""
    if isinstance(contents, dict):
        for key, value in contents.items():
            if key in ("file", "root"):
                yield str(value)
            else:
                yield from _files_of(value)
    elif isinstance(contents, list):
        for value in contents:
            yield from _files_of(value)
