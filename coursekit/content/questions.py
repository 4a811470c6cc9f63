"""Questions: one YAML file a chapter, a reason for every option."""

import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from coursekit.content.chapters import all_slugs, course_of
from coursekit.content.errors import ContentError, Problem, did_you_mean, problems_of
from coursekit.content.text import read_yaml
from coursekit.paths import QUESTIONS

Exam = Literal["SAA", "SAP", "DVA", "DOP"]
Domain = Literal[
    "resilience",
    "performance",
    "cost",
    "security",
    "development",
    "deployment",
    "troubleshooting",
    "migration",
]
COUNT_WORDS = {2: "two", 3: "three", 4: "four"}


class Option(BaseModel):
    """One answer, and why it is right or wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(min_length=1)
    right: bool = False
    reason: str = Field(min_length=1)


class Question(BaseModel):
    """One question with everything that the book, the lab and the practice exam need."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    kind: Literal["predict", "exam"]
    stem: str = Field(min_length=1)
    options: tuple[Option, ...] = Field(min_length=3, max_length=6)
    exams: tuple[Exam, ...] = Field(min_length=1)
    domains: tuple[Domain, ...] = Field(min_length=1)
    difficulty: Literal["easy", "medium", "hard"]
    patterns: tuple[str, ...] = Field(min_length=1)
    guide: tuple[str, ...] = ()  # answers through the mended guide to the first of `patterns`
    lab: str = Field(pattern=r"^[a-z0-9-]+#[a-z0-9-]+(\.\d+)?$")

    @field_validator("patterns")
    @classmethod
    def _patterns_exist(cls, patterns: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = info.context or all_slugs()
        for slug in patterns:
            if slug not in known:
                raise ValueError(f"no chapter {slug!r} → {did_you_mean(slug, known, 'chapters')}")
        return patterns

    @model_validator(mode="after")
    def _answers_are_clear(self) -> "Question":
        right = len(self.right_options)
        if right == 0:
            raise ValueError("has no right option → mark one with `right: true`")
        if right == len(self.options):
            raise ValueError("has no wrong option → a question needs something to choose")
        if right > 1 and not re.search(
            rf"\b({COUNT_WORDS.get(right, right)}|{right})\b", self.stem, re.IGNORECASE
        ):
            count = COUNT_WORDS.get(right, right)
            raise ValueError(
                f"{right} options are right, and the stem does not say so → end it with "
                f"'Choose {count}.'"
            )
        texts = [option.text.strip().casefold() for option in self.options]
        if len(set(texts)) < len(texts):
            raise ValueError("two options say the same → make them differ")
        return self

    @property
    def right_options(self) -> tuple[int, ...]:
        """Positions of the right options, from 0."""
        return tuple(number for number, option in enumerate(self.options) if option.right)

    @property
    def digest(self) -> str:
        """Changes when the stem or an option does, so that a stored answer is not misread."""
        said = "\n".join([self.stem, *(option.text for option in self.options)])
        return hashlib.sha256(said.encode()).hexdigest()[:8]


def load_questions(slug: str, folder: Path = QUESTIONS) -> list[Question]:
    """Return the questions of a chapter; every problem of the file is reported at once."""
    file = folder / f"{slug}.yml"
    if not file.exists():
        known = [path.stem for path in folder.glob("*.yml")]
        fix = did_you_mean(slug, known, "question files")
        raise ContentError([Problem(file, "", "", "there are no questions for this chapter", fix)])
    content = read_yaml(file)
    problems: list[Problem] = []
    if not isinstance(content, dict) or not isinstance(content.get("questions"), list):
        fix = "begin with `chapter: <slug>` and `questions:`, then a list"
        raise ContentError([Problem(file, "", "", "is not a file of questions", fix)])
    for key in content.keys() - {"chapter", "questions"}:
        problems.append(Problem(file, "", str(key), "is not a field of this file", "remove it"))
    if content.get("chapter") != slug:
        message = f"says {content.get('chapter')!r} in a file named {slug}.yml"
        problems.append(Problem(file, "", "chapter", message, f"write `chapter: {slug}`"))

    chapters = all_slugs(course_of(file))
    questions: dict[str, Question] = {}
    for number, entry in enumerate(content["questions"], start=1):
        name = str(entry.get("id", f"question {number}")) if isinstance(entry, dict) else str(entry)
        try:
            question = Question.model_validate(entry, context=chapters)
        except ValidationError as error:
            problems += problems_of(error, file, name)
            continue
        if not question.id.startswith(f"{slug}-"):
            fix = f"rename it to {slug}-{question.id}"
            problems.append(Problem(file, name, "id", "does not begin with the chapter", fix))
        if question.id in questions:
            fix = "give the second its own"
            problems.append(Problem(file, name, "id", "is given to two questions", fix))
        questions[question.id] = question
    if problems:
        raise ContentError(problems)
    return list(questions.values())


def all_questions(folder: Path = QUESTIONS) -> dict[str, list[Question]]:
    """Return the questions of every chapter that has some, by slug; problems of all files."""
    found: dict[str, list[Question]] = {}
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.yml")):
        try:
            found[file.stem] = load_questions(file.stem, folder)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return found
