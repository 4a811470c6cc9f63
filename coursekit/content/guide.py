"""The decision guide: questions that lead to a pattern, as taught and as mended.

Both guides lie in book/decision-guide.yml. The book, the labs and the checks walk the same steps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coursekit.content.chapters import all_slugs, course_of, curriculum
from coursekit.content.errors import ContentError, Problem, did_you_mean, problems_of
from coursekit.content.text import read_yaml
from coursekit.paths import DECISION_GUIDE, ROOT

TAUGHT, MENDED = "as-taught", "mended"
_NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Entry(BaseModel):
    """Anything in the file: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Answer(Entry):
    """One answer to a step. `to` names a step or an outcome; null leads nowhere."""

    id: str = Field(pattern=_NAME)
    say: str = Field(min_length=1)
    to: str | None


class Step(Entry):
    """One question, why it is asked here, and its answers."""

    id: str = Field(pattern=_NAME)
    ask: str = Field(min_length=1)
    why: str = ""
    answers: tuple[Answer, ...] = Field(min_length=1)

    def answer(self, name: str) -> Answer:
        """The answer of that name; LookupError with advice where there is none."""
        for answer in self.answers:
            if answer.id == name:
                return answer
        known = [answer.id for answer in self.answers]
        advice = did_you_mean(name, known, "answers")
        raise LookupError(f"the step {self.id!r} has no answer {name!r}: {advice}")


class Neighbor(Entry):
    """A pattern that is often taken for the outcome, and the question that separates them."""

    chapter: str
    ask: str = Field(min_length=1)


class Outcome(Entry):
    """Where a walk ends: what to build, why, and where to read on."""

    id: str = Field(pattern=_NAME)
    title: str = Field(min_length=1)
    pattern: str | None = None
    chapter: str
    why: str = Field(min_length=1)
    build: str = ""
    neighbors: tuple[Neighbor, ...] = ()
    then: tuple[str, ...] = ()  # ids of follow-ups


class Choice(Entry):
    """One answer to a follow-up and what to take."""

    say: str = Field(min_length=1)
    take: str = Field(min_length=1)


class FollowUp(Entry):
    """What is left to choose when the pattern is settled."""

    id: str = Field(pattern=_NAME)
    ask: str = Field(min_length=1)
    chapter: str
    choices: tuple[Choice, ...] = Field(min_length=2)


class Defects(Entry):
    """What is wrong with a guide, by id; an answer is named `step.answer`."""

    unreachable: tuple[str, ...] = ()  # steps and outcomes
    leads_nowhere: tuple[str, ...] = ()  # answers
    patterns_missed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Walk:
    """A way through a guide: the steps with the answers given, and where it ended."""

    guide: "Guide"
    taken: tuple[tuple[Step, Answer], ...]
    outcome: Outcome

    @property
    def answers(self) -> tuple[str, ...]:
        """The ids of the answers, in order."""
        return tuple(answer.id for _, answer in self.taken)

    def __str__(self) -> str:
        """Return the walk as text: a line for each step, and the outcome."""
        lines = [f"{step.ask} {answer.say}" for step, answer in self.taken]
        return "\n".join([*lines, f"→ {self.outcome.title}"])


class Guide(Entry):
    """One guide; it begins at its first step."""

    id: str = Field(pattern=_NAME)
    title: str = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=1)
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    follow_ups: tuple[FollowUp, ...] = ()
    defects: Defects = Defects()  # the known ones; the check finds exactly these

    @cached_property
    def places(self) -> dict[str, Step | Outcome]:
        """Steps and outcomes by id."""
        return {place.id: place for place in (*self.steps, *self.outcomes)}

    def follow_up(self, name: str) -> FollowUp:
        """The follow-up of that name."""
        return next(one for one in self.follow_ups if one.id == name)

    def walk(self, answers: Sequence[str]) -> Walk:
        """Answer one step after the other. LookupError where that ends at no outcome."""
        place: Step | Outcome = self.steps[0]
        taken: list[tuple[Step, Answer]] = []
        for name in answers:
            if isinstance(place, Outcome):
                raise LookupError(f"the walk is over at {place.id!r}: leave out {name!r} and after")
            answer = place.answer(name)
            taken.append((place, answer))
            if answer.to is None:
                raise LookupError(f"the answer {place.id}.{name} leads nowhere")
            place = self.places[answer.to]
        if isinstance(place, Step):
            known = ", ".join(answer.id for answer in place.answers)
            raise LookupError(f"the walk stops at the step {place.id!r}: add one of {known}")
        return Walk(self, tuple(taken), place)

    def walks(self) -> Iterator[Walk]:
        """Every way from the first step to an outcome, in the order of the answers."""
        yield from self._walks((), self.steps[0])

    def _walks(self, taken: tuple[tuple[Step, Answer], ...], step: Step) -> Iterator[Walk]:
        for answer in step.answers:
            place = self.places.get(answer.to or "")
            here = (*taken, (step, answer))
            if isinstance(place, Outcome):
                yield Walk(self, here, place)
            elif isinstance(place, Step):
                yield from self._walks(here, place)

    def loops(self) -> Iterator[str]:
        """Each answer, as `step.answer`, that leads back to where a walk has been."""
        done: set[str] = set()

        def visit(step: Step, above: tuple[str, ...]) -> Iterator[str]:
            for answer in step.answers:
                place = self.places.get(answer.to or "")
                if not isinstance(place, Step):
                    continue
                if place.id in (*above, step.id):
                    yield f"{step.id}.{answer.id}"
                elif place.id not in done:
                    yield from visit(place, (*above, step.id))
            done.add(step.id)

        for step in self.steps:
            if step.id not in done:
                yield from visit(step, ())

    def find_defects(self, root: Path = ROOT) -> Defects:
        """What is wrong with the guide of this course. Its answers must not loop."""
        reached = {self.steps[0].id}
        for step in self._reached_steps():
            reached |= {answer.to for answer in step.answers if answer.to}
        return Defects(
            unreachable=tuple(name for name in self.places if name not in reached),
            leads_nowhere=tuple(
                f"{step.id}.{answer.id}"
                for step in self.steps
                for answer in step.answers
                if answer.to is None
            ),
            patterns_missed=tuple(
                slug
                for slug in patterns(root)
                if slug not in {self.places[name].pattern for name in reached & self._outcome_ids}
            ),
        )

    @property
    def _outcome_ids(self) -> set[str]:
        return {outcome.id for outcome in self.outcomes}

    def _reached_steps(self) -> Iterator[Step]:
        seen, waiting = set(), [self.steps[0]]
        while waiting:
            step = waiting.pop()
            if step.id in seen:
                continue
            seen.add(step.id)
            yield step
            places = (self.places.get(answer.to or "") for answer in step.answers)
            waiting += [place for place in places if isinstance(place, Step)]


def patterns(root: Path = ROOT) -> tuple[str, ...]:
    """The chapters that a guide must lead to."""
    return curriculum(root).get("patterns", ())


def load_guides(file: Path = DECISION_GUIDE) -> dict[str, Guide]:
    """Return the guides by id; every problem of the file is reported at once.

    Whether their defects are the declared ones is the content check's business, see
    `guide_problems`.
    """
    content = read_yaml(file)
    if not isinstance(content, dict) or not isinstance(content.get("guides"), list):
        fix = "begin with `guides:`, then a list"
        raise ContentError([Problem(file, "", "", "is not a file of guides", fix)])
    guides: dict[str, Guide] = {}
    problems: list[Problem] = []
    for number, entry in enumerate(content["guides"], start=1):
        name = str(entry.get("id", f"guide {number}")) if isinstance(entry, dict) else str(entry)
        try:
            guide = Guide.model_validate(entry)
        except ValidationError as error:
            problems += _named(error, entry, file, name)
            continue
        problems += _names(guide, file)
        guides[guide.id] = guide
    for name in {TAUGHT, MENDED} - guides.keys():
        if not problems:
            fix = f"there are two: {TAUGHT} and {MENDED}"
            problems.append(Problem(file, name, "", "is missing", fix))
    if problems:
        raise ContentError(problems)
    return guides


def guide_problems(guide: Guide, file: Path) -> Iterator[Problem]:
    """Loops, and every defect that is found but not declared, or declared but not found."""
    loops = list(guide.loops())
    for answer in loops:
        fix = "lead it on to a later step, or to an outcome"
        yield Problem(file, guide.id, answer, "leads back to a step of the same walk", fix)
    if loops:
        return
    found = guide.find_defects(course_of(file))
    for kind, (message, fix) in _DEFECTS.items():
        declared, there = getattr(guide.defects, kind), getattr(found, kind)
        for name in there:
            if name not in declared:
                yield Problem(file, guide.id, name, message, fix)
        for name in declared:
            if name not in there:
                message = f"is declared a defect ({kind}), and is none"
                yield Problem(file, guide.id, name, message, f"remove it from `defects.{kind}`")
    if guide.id == MENDED:
        yield from _unhelpful(guide, file)


_DEFECTS = {
    "unreachable": ("is reached by no answer", "lead an answer there, or remove it"),
    "leads_nowhere": ("is an answer that leads nowhere", "name a step or an outcome in `to`"),
    "patterns_missed": ("is a pattern that no walk reaches", "add an outcome for it"),
}


def _unhelpful(guide: Guide, file: Path) -> Iterator[Problem]:
    """The mended guide is for use: each step says why it is asked, each outcome its neighbor."""
    for step in guide.steps:
        if not step.why:
            fix = "add `why`"
            yield Problem(file, guide.id, step.id, "does not say why it is asked here", fix)
    for outcome in guide.outcomes:
        if not outcome.build or not outcome.neighbors:
            fix = "add `build` and `neighbors`"
            message = "does not say what to build, or what it is often taken for"
            yield Problem(file, guide.id, outcome.id, message, fix)


def _names(guide: Guide, file: Path) -> Iterator[Problem]:
    """Every name that the guide uses exists, and is given once."""
    seen: set[str] = set()
    for place in (*guide.steps, *guide.outcomes, *guide.follow_ups):
        if place.id in seen:
            yield Problem(file, guide.id, place.id, "is given twice", "give the second its own id")
        seen.add(place.id)
    for step in guide.steps:
        ids = [answer.id for answer in step.answers]
        if len(set(ids)) < len(ids):
            fix = "give each its own id"
            yield Problem(file, guide.id, step.id, "has two answers of one id", fix)
        for answer in step.answers:
            if answer.to is not None and answer.to not in guide.places:
                fix = did_you_mean(answer.to, guide.places, "steps and outcomes")
                message = f"leads to {answer.to!r}, which does not exist"
                yield Problem(file, guide.id, f"{step.id}.{answer.id}", message, fix)
    root = course_of(file)
    known = [one.id for one in guide.follow_ups]
    for outcome in guide.outcomes:
        if outcome.pattern is not None and outcome.pattern not in patterns(root):
            fix = did_you_mean(outcome.pattern, patterns(root), "patterns")
            message = f"no pattern {outcome.pattern!r}"
            yield Problem(file, guide.id, f"{outcome.id}.pattern", message, fix)
        for name in outcome.then:
            if name not in known:
                fix = did_you_mean(name, known, "follow-ups")
                yield Problem(file, guide.id, f"{outcome.id}.then", f"no follow-up {name!r}", fix)
    for field, slug in chapters_of(guide):
        if slug not in all_slugs(root):
            fix = did_you_mean(slug, all_slugs(root), "chapters")
            yield Problem(file, guide.id, field, f"there is no chapter {slug!r}", fix)


def chapters_of(guide: Guide) -> Iterator[tuple[str, str]]:
    """Every chapter that the guide links, with the entry that links it."""
    for outcome in guide.outcomes:
        yield f"{outcome.id}.chapter", outcome.chapter
        for neighbor in outcome.neighbors:
            yield f"{outcome.id}.neighbors", neighbor.chapter
    for one in guide.follow_ups:
        yield f"{one.id}.chapter", one.chapter


def texts_of(guide: Guide) -> Iterator[tuple[str, str]]:
    """Every text of the guide that a reader sees, with the entry that holds it."""
    yield "title", guide.title
    for step in guide.steps:
        yield step.id, step.ask
        yield step.id, step.why
        for answer in step.answers:
            yield f"{step.id}.{answer.id}", answer.say
    for outcome in guide.outcomes:
        for text in (outcome.title, outcome.why, outcome.build):
            yield outcome.id, text
        for neighbor in outcome.neighbors:
            yield outcome.id, neighbor.ask
    for one in guide.follow_ups:
        yield one.id, one.ask
        for choice in one.choices:
            yield one.id, choice.say
            yield one.id, choice.take


def _named(error: ValidationError, entry: Any, file: Path, name: str) -> Iterator[Problem]:
    """Say `steps.pace.answers.0.say` where pydantic says `steps.6.answers.0.say`."""
    for problem in problems_of(error, file, name):
        part, _, rest = problem.field.partition(".")
        number, _, field = rest.partition(".")
        if number.isdigit() and isinstance(entry, dict):
            inside = entry[part][int(number)]
            if isinstance(inside, dict) and "id" in inside:
                where = ".".join(filter(None, (part, str(inside["id"]), field)))
                yield Problem(file, name, where, problem.message, problem.fix)
                continue
        yield problem
