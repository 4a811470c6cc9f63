"""Check everything that the course says, over the whole repository, and report it all."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from coursekit.content.chapters import TOOLS, Chapter, all_slugs, load_chapters, pages
from coursekit.content.errors import ContentError, Problem, did_you_mean, problem_of
from coursekit.content.exams import load_exams
from coursekit.content.facts import Fact, fact_text, load_facts
from coursekit.content.flashcards import Flashcard, load_flashcards
from coursekit.content.guide import (
    MENDED,
    chapters_of,
    guide_problems,
    load_guides,
    patterns,
    texts_of,
)
from coursekit.content.html import inline
from coursekit.content.labs import load_lab, read_lab, recorded
from coursekit.content.placeholders import MARKER, MESSAGE, placeholders
from coursekit.content.prose import Page, bare, read_page
from coursekit.content.questions import Question, load_questions
from coursekit.content.status import load_status
from coursekit.content.symptoms import load_symptoms
from coursekit.content.text import read_yaml
from coursekit.figures import render_figure
from coursekit.paths import PARTS, ROOT

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
LEAST_WALKS = 2  # questions of the bank that the mended guide leads to one pattern
# Of the whole bank: what the practice exam needs, and what shuffled options would give by chance.
LEAST_IN_BANK = 200
LEAST_PER_EXAM = 50
ENOUGH_TO_COUNT = 40
PLACE_SHARES = (0.15, 0.35)
ARGUES = re.compile(r"\b(because|so that|since|which)\b", re.IGNORECASE)
TELLING_RATIO = 2  # how much more often right or wrong options may argue than the others
ALIKE = 0.4  # share of common words from which two stems are taken for one question
LEAST_FLASHCARDS = 2  # of each chapter
LEAST_SYMPTOMS = 2  # of each chapter
FRONTS_ALIKE = 0.8  # fronts are short, and cards of one mnemonic share most words
CARD = ("title", "minutes", "needs", "shows")

# A number with a unit of AWS's limits and prices. Counts ("three retries") are words of prose.
TYPED_NUMBER = re.compile(
    r"(?<![\w.-])(?:\$\s?\d[\d,]*(?:\.\d+)?"
    r"|\d[\d,.]*[\s\u00a0-]?(?:ms|s|seconds?|min|minutes?|h|hours?|days?|months?|years?"
    r"|bytes|[KMGT]i?B|vCPUs?|TPS|USD|percent)\b"
    r"|\d[\d,.]*\s?%"
    r"|\d{1,3}(?:,\d{3})+)"
)

WITHOUT_BANK = {"decision-guide"}  # it asks with the questions of the patterns

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
                yield problem_of(error, file, fact.id, path)


def check_questions(root: Path) -> Iterator[Problem]:
    """Each bank can be read, is large enough, and does not give its answers away."""
    banks: dict[Path, list[Question]] = {}
    known = all_slugs(root)
    facts = load_facts(root / "book" / "facts.yml")
    for file in sorted((root / "book" / "questions").glob("*.yml")):
        if file.stem not in known:
            fix = did_you_mean(file.stem, known, "chapters")
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
    yield from _check_whole_bank(root, banks)


def check_exams(root: Path) -> Iterator[Problem]:
    """Every question has a domain in each exam that it names, and every domain has a question."""
    file = root / "book" / "exams.yml"
    exams = load_exams(file)
    asked: dict[str, list[tuple[Path, Question]]] = {family: [] for family in exams}
    for bank in sorted((root / "book" / "questions").glob("*.yml")):
        for question in load_questions(bank.stem, bank.parent):
            for family in question.exams if question.kind == "exam" else ():
                asked[family].append((bank, question))
    for family, exam in exams.items():
        for version in exam.versions:
            found: set[str] = set()
            for bank, question in asked[family]:
                domains = version.domains_of(question)
                found.update(domains)
                if not domains:
                    message = f"{', '.join(question.domains)} is in no domain of {version.code}"
                    fix = f"tag it with a topic of {family}, or add the topic in {file.name}"
                    yield Problem(bank, question.id, "domains", message, fix)
            for domain in version.domains:
                if asked[family] and domain.name not in found:
                    message = f"{version.code} has no question in {domain.name!r}"
                    fix = f"ask one on {' or '.join(domain.topics)}, or mend its topics"
                    yield Problem(file, family, "domains", message, fix)


def check_flashcards(root: Path) -> Iterator[Problem]:
    """The deck can be read, asks something of each chapter, and types no number."""
    file = root / "book" / "flashcards.yml"
    facts = load_facts(root / "book" / "facts.yml")
    cards = load_flashcards(file)
    counts = Counter(card.chapter for card in cards)
    for slug in load_chapters(root).keys() - WITHOUT_BANK:
        if counts[slug] < LEAST_FLASHCARDS:
            message = f"has {counts[slug]} cards about {slug}"
            yield Problem(file, "", "", message, f"a chapter has at least {LEAST_FLASHCARDS}")
    for card in cards:
        yield from _check_card(file, card, facts)
        if card.lab:
            yield from _check_place(file, card.id, card.lab, root)
    yield from _check_fronts(file, cards)


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


def check_symptoms(root: Path) -> Iterator[Problem]:
    """Each chapter can be found by what one sees, and every symptom is shown by its lab."""
    facts = load_facts(root / "book" / "facts.yml")
    seen: dict[str, str] = {}
    for slug, chapter in load_chapters(root).items():
        try:
            symptoms = load_symptoms(chapter)
        except ContentError as error:
            yield from error.problems
            continue
        if len(symptoms) < LEAST_SYMPTOMS:
            message = f"names {len(symptoms)} symptoms"
            fix = f"a chapter has at least {LEAST_SYMPTOMS}"
            yield Problem(chapter.prose, "", "symptoms", message, fix)
        for symptom in symptoms:
            yield from _check_place(chapter.prose, symptom.see, f"{slug}#{symptom.cell}", root)
            yield from _check_text(chapter.prose, symptom.see, "see", symptom.see, facts)
            words = " ".join(re.findall(r"\w+", symptom.see.lower()))
            if words in seen:
                message = f"is a symptom of {seen[words]} too"
                yield Problem(chapter.prose, symptom.see, "see", message, "say what differs")
            seen[words] = slug


def check_files(root: Path) -> Iterator[Problem]:
    """Every chapter has its lab, questions, handlers and their tests, and stands in _toc.yml."""
    contents = root / "_toc.yml"
    listed = [page["file"] for page in pages(read_yaml(contents))]
    known = all_slugs(root)
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
        if chapter.lab_docname not in listed:
            message = f"does not list {chapter.lab_docname}"
            yield Problem(contents, slug, "", message, f"the chapter's line is `{chapter.line}`")
        if chapter.lab.exists():
            card = read_lab(chapter.lab).card
            for key in CARD:
                if not card.get(key):
                    fix = "the lab card shows it"
                    yield Problem(chapter.lab, "metadata", f"coursekit.{key}", "is missing", fix)
            if (other := card.get("slug", slug)) != slug:
                fix = f"write the card of {slug}: title, shows, minutes, slug"
                message = f"is the card of {other}"
                yield Problem(chapter.lab, "metadata", "coursekit", message, fix)
    for part in PARTS:
        for file in (*(root / "labs" / part).glob("*.ipynb"), *(root / "book" / part).glob("*.md")):
            if part == TOOLS and file.suffix == ".md" and file.stem not in known:
                continue
            if file.stem not in known:
                message = "is in no line of _toc.yml, so it is no chapter"
                advice = did_you_mean(file.stem, known, "chapters")
                advice = f"{advice} Otherwise " if advice.startswith("did you mean") else ""
                fix = f"{advice}add the line `{Chapter(file.stem, part, root).line}`"
                yield Problem(file, "", "", message, fix)
            elif known[file.stem] != part:
                fix = f"move it there, or change the chapter's line in {contents.name}"
                yield Problem(file, "", "", f"belongs to the part {known[file.stem]}", fix)
            elif not Chapter(file.stem, part, root).prose.exists():
                yield Problem(file, "", "", "has no chapter", f"write book/{part}/{file.stem}.md")
    for slug, count in Counter(name.rpartition("/")[2] for name in listed).items():
        if slug in known and count > 2:  # the chapter and its lab
            yield Problem(contents, slug, "", "is the name of two chapters", "rename one")


def check_figures(root: Path) -> Iterator[Problem]:
    """Every figure can be drawn, wide and tall."""
    for file in sorted((root / "book" / "figures").glob("*.yml")):
        if MARKER in file.read_text("utf-8"):
            continue  # the sizes of what is still to be written say nothing
        try:
            render_figure(file)
        except ContentError as error:
            yield from error.problems


def check_placeholders(root: Path) -> Iterator[Problem]:
    """Nothing of a new chapter's skeleton is left to be written."""
    for chapter in load_chapters(root).values():
        yield from placeholders(chapter)


def check_status(root: Path) -> Iterator[Problem]:
    """What the book says of the labs' last runs can be read."""
    load_status(root / "book" / "status.json")
    return iter(())


def check_guide(root: Path) -> Iterator[Problem]:
    """The decision guides are whole, and lead the bank's questions to the right patterns."""
    file = root / "book" / "decision-guide.yml"
    known = all_slugs(root)
    chapter = Chapter("decision-guide", TOOLS, root)
    if not file.exists() and not chapter.prose.exists():
        return  # a course without a guide
    guides = load_guides(file)
    facts = load_facts(root / "book" / "facts.yml")
    for guide in guides.values():
        yield from guide_problems(guide, file)
        for entry, slug in chapters_of(guide):
            if not Chapter(slug, known[slug], root).prose.exists():
                fix = "write it, or name another"
                yield Problem(file, guide.id, entry, f"the chapter {slug} is not written", fix)
        for entry, text in texts_of(guide):
            yield from _check_text(file, guide.id, entry, text, facts)

    arrived: Counter[str] = Counter()
    for bank_file, question in _all_questions(root):
        if not question.guide:
            continue
        try:
            walk = guides[MENDED].walk(question.guide)
        except LookupError as error:
            yield problem_of(error, bank_file, question.id, "guide")
            continue
        if walk.outcome.pattern != question.patterns[0]:
            message = f"arrives at {walk.outcome.id}, and the question is about the first pattern"
            fix = f"lead it to {question.patterns[0]}, or put {walk.outcome.pattern} first"
            yield Problem(bank_file, question.id, "guide", message, fix)
        arrived[question.patterns[0]] += 1
    for slug in patterns(root):
        if arrived[slug] < LEAST_WALKS:
            message = f"is tried with {arrived[slug]} questions of the bank"
            fix = f"give {LEAST_WALKS} questions their answers in `guide`"
            yield Problem(file, MENDED, slug, message, fix)


CHECKS: tuple[Check, ...] = (
    check_facts,
    check_questions,
    check_exams,
    check_flashcards,
    check_chapters,
    check_symptoms,
    check_files,
    check_figures,
    check_placeholders,
    check_status,
    check_guide,
)


def check(root: Path = ROOT) -> list[Problem]:
    """Run every check; what one cannot read does not keep the others from running."""
    problems: dict[str, Problem] = {}
    for one in CHECKS:
        try:
            problems |= {str(problem): problem for problem in one(root)}
        except ContentError as error:
            problems |= {str(problem): problem for problem in error.problems}
    # Marks first: of a long list the end is read, and a skeleton has many.
    order = lambda one: (one.warning, one.message != MESSAGE, str(one.file))  # noqa: E731
    return sorted(problems.values(), key=order)


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
        for option in question.options:
            if re.search(
                r"\b(all|none|both|neither|any) of the (above|others?)\b", option.text, re.I
            ):
                message = f"offers {option.text!r}, which means nothing once options are shuffled"
                yield Problem(file, question.id, "options", message, "say what it stands for")
        texts = [("stem", question.stem)]
        for number, option in enumerate(question.options):
            texts.append((f"options.{number}.text", option.text))
            texts.append((f"options.{number}.reason", option.reason))
        for field, text in texts:
            try:
                inline(text, facts)
            except LookupError as error:
                yield problem_of(error, file, question.id, field)

    single = [question for question in bank if len(question.right_options) == 1]
    if len(single) < LEAST_EXAM_QUESTIONS:
        return
    places = Counter(question.right_options[0] for question in single)
    place, count = places.most_common(1)[0]
    if count > len(single) / 2:
        message = f"option {place + 1} is right in {count} of {len(single)} questions"
        yield Problem(file, "", "", message, "move some right options", warning=True)
    longest = sum(_right_is_extreme(question) for question in single)
    if longest > len(single) / 2:
        message = f"the right option is the longest in {longest} of {len(single)} questions"
        yield Problem(file, "", "", message, "shorten it, or say more in a wrong one", warning=True)


def _check_whole_bank(root: Path, banks: dict[Path, list[Question]]) -> Iterator[Problem]:
    """Over all chapters: enough for every exam, and nothing to gain from place or length."""
    folder = root / "book" / "questions"
    asked = [question for bank in banks.values() for question in bank if question.kind == "exam"]
    if {file.stem for file in banks} >= all_slugs(root).keys() - WITHOUT_BANK:
        if len(asked) < LEAST_IN_BANK:
            message = f"has {len(asked)} exam questions"
            yield Problem(folder, "", "", message, f"the course asks at least {LEAST_IN_BANK}")
        for exam, count in Counter(exam for question in asked for exam in question.exams).items():
            if count < LEAST_PER_EXAM:
                fix = f"at least {LEAST_PER_EXAM} make a practice exam worth taking twice"
                yield Problem(folder, exam, "", f"has {count} questions", fix)
    single = [question for question in asked if len(question.right_options) == 1]
    if len(single) < ENOUGH_TO_COUNT:
        return
    four = [question.right_options[0] for question in single if len(question.options) == 4]
    least, most = PLACE_SHARES
    for place in range(4):
        share = four.count(place) / max(len(four), 1)
        if not least <= share <= most:
            message = f"option {place + 1} of four is right in {share:.0%} of the questions"
            fix = f"move some: each place has between {least:.0%} and {most:.0%}"
            yield Problem(folder, "", "options", message, fix)
    chance = sum(1 / len(question.options) for question in single)
    for what, end in (("longest", max), ("shortest", min)):
        count = sum(_right_is_extreme(question, end) for question in single)
        if count > chance:
            message = f"the right option is the {what} in {count} of {len(single)} questions"
            fix = f"chance would give {chance:.0f}: even out the lengths"
            yield Problem(folder, "", "options", message, fix)
    shares = {}
    for right in (True, False):
        texts = [o.text for q in single for o in q.options if o.right is right]
        shares[right] = sum(bool(ARGUES.search(text)) for text in texts) / len(texts)
    if max(shares.values()) > TELLING_RATIO * min(shares.values()):
        message = (
            f"{shares[True]:.0%} of the right and {shares[False]:.0%} of the wrong options argue "
            "(because, so that, since, which)"
        )
        yield Problem(folder, "", "options", message, "argue in the reasons, not in the options")


def _right_is_extreme(question: Question, end: Callable = max) -> bool:
    lengths = [len(option.text) for option in question.options]
    right = lengths[question.right_options[0]]
    return right == end(lengths) and lengths.count(right) == 1


def _check_places(root: Path, banks: dict[Path, list[Question]]) -> Iterator[Problem]:
    """The cell of the lab that a question points to exists."""
    for file, bank in banks.items():
        for question in bank:
            yield from _check_place(file, question.id, question.lab, root)


def _check_place(file: Path, entry: str, lab_place: str, root: Path) -> Iterator[Problem]:
    slug, _, place = lab_place.partition("#")
    known = all_slugs(root)
    if slug not in known:
        fix = did_you_mean(slug, known, "chapters")
        yield Problem(file, entry, "lab", f"there is no chapter {slug!r}", fix)
        return
    lab = Chapter(slug, known[slug], root).lab
    places = read_lab(lab).anchors() if lab.exists() else {place: {}}
    if place not in places:
        fix = did_you_mean(place, places, "places")
        yield Problem(file, entry, "lab", f"the lab {slug} has no cell {place!r}", fix)


def _all_questions(root: Path) -> Iterator[tuple[Path, Question]]:
    """Yield each question with its file; banks that cannot be read are told by their own check."""
    for file in sorted((root / "book" / "questions").glob("*.yml")):
        try:
            for question in load_questions(file.stem, file.parent):
                yield file, question
        except ContentError:
            continue


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
                if len(words & other_words) / max(len(words | other_words), 1) > ALIKE:
                    message = f"asks nearly the same as {other.id}"
                    yield Problem(file, question.id, "stem", message, "ask something else")
            seen.append((file, question, words))


# --- flashcards --------------------------------------------------------------------------------


def _check_card(file: Path, card: Flashcard, facts: dict[str, Fact]) -> Iterator[Problem]:
    for field, text in card.texts.items():
        yield from _check_text(file, card.id, field, text, facts)


def _check_fronts(file: Path, cards: list[Flashcard]) -> Iterator[Problem]:
    seen: list[tuple[str, set[str]]] = []
    for card in cards:
        words = set(re.findall(r"\w+", card.front.lower()))
        for other, other_words in seen:
            if len(words & other_words) / max(len(words | other_words), 1) > FRONTS_ALIKE:
                message = f"asks nearly the same as {other}"
                yield Problem(file, card.id, "front", message, "ask something else, or drop one")
        seen.append((card.id, words))


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
                yield Problem(page.file, where, "", message, f"add {_as_written(missed, chapter)}")
            rest = rest[rest.index(entry) + 1 :]
        elif entry in HEADINGS:
            fix = "the order is " + " · ".join(HEADINGS)
            yield Problem(page.file, where, "", f"{entry!r} is out of order", fix)
        elif not entry.startswith("{"):
            fix = did_you_mean(entry, HEADINGS, "headings")
            yield Problem(page.file, where, "", f"{entry!r} is no heading of a chapter", fix)
    for missed in rest:
        yield Problem(
            page.file,
            "",
            "",
            f"{missed!r} is missing at the end",
            f"add {_as_written(missed, chapter)}",
        )
    if f"{{lab}} {chapter.slug}" not in [entry for _, entry in page.outline]:
        yield Problem(page.file, "", "", "has no lab card", f"add ```{{lab}} {chapter.slug}")


def _as_written(entry: str, chapter: Chapter) -> str:
    """A heading or a block as an author types it."""
    if not entry.startswith("{"):
        return f"`## {entry}`"
    return f"a block ```{entry}" + (f" {chapter.slug}" if entry != "{answer}" else "")


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
                places = load_lab(target[1], root).anchors()
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
            yield problem_of(error, page.file, where, role)
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


def _check_text(
    file: Path, entry: str, field: str, text: str, facts: dict[str, Fact]
) -> Iterator[Problem]:
    """A short text of a data file cites facts that exist, and types no number of AWS's."""
    try:
        inline(text, facts)
    except LookupError as error:
        yield problem_of(error, file, entry, field)
    for match in TYPED_NUMBER.finditer(bare(text)):
        fix = "cite it: {fact}`id:key`"
        yield Problem(file, entry, field, f"types the number {match[0]!r}", fix)


def _paths(value: object, before: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from _paths(inner, (*before, str(key)))
    elif isinstance(value, int | float | str) and not isinstance(value, bool):
        yield ".".join(before)
