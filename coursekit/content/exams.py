"""Exams: which version AWS asks on which day, how long it is, and what its domains weigh."""

from datetime import date, timedelta
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from coursekit.content.errors import ContentError, Problem, did_you_mean, problems_of
from coursekit.content.questions import Domain as Topic
from coursekit.content.questions import Exam as Family
from coursekit.content.questions import Question
from coursekit.content.text import read_yaml
from coursekit.paths import EXAMS

FAMILIES = get_args(Family)


class ExamDomain(BaseModel):
    """One domain by AWS's name; `topics` are the tags of our questions that belong to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    weight_percent: int | None = Field(ge=1, le=100)
    topics: tuple[Topic, ...] = Field(min_length=1)


class ExamVersion(BaseModel):
    """One version of an exam; both of its days are days on which it can be taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[A-Z]{3}-C\d{2}$")
    valid_from: date | None
    valid_until: date | None
    questions: int = Field(gt=0)
    minutes: int = Field(gt=0)
    domains: tuple[ExamDomain, ...] = Field(min_length=1)
    source: tuple[str, ...] = Field(min_length=1)
    checked: date
    unconfirmed: str | None

    @field_validator("domains")
    @classmethod
    def _weights_are_whole(cls, domains: tuple[ExamDomain, ...]) -> tuple[ExamDomain, ...]:
        names = [domain.name for domain in domains]
        if len(set(names)) < len(names):
            raise ValueError("two domains have the same name → give each AWS's own")
        weights = [domain.weight_percent for domain in domains if domain.weight_percent is not None]
        if weights and len(weights) < len(domains):
            raise ValueError(
                "some domains have a weight and some have none → give all of them, or write null "
                "in all and say so in `unconfirmed`"
            )
        if weights and sum(weights) != 100:
            raise ValueError(
                f"the weights sum to {sum(weights)} → compare them with the exam guide"
            )
        return domains

    @model_validator(mode="after")
    def _gaps_are_said(self) -> "ExamVersion":
        if not self.unconfirmed and any(domain.weight_percent is None for domain in self.domains):
            raise ValueError("has no weights → say in `unconfirmed` what is known and what is not")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("ends before it begins → mend valid_from or valid_until")
        return self

    def domains_of(self, question: Question) -> tuple[str, ...]:
        """Return the names of the domains that a question belongs to by its tags."""
        tags = set(question.domains)
        return tuple(domain.name for domain in self.domains if tags & set(domain.topics))


class ExamFamily(BaseModel):
    """A certification with its versions in order of time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    family: Family
    name: str = Field(min_length=1)
    versions: tuple[ExamVersion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _versions_follow_each_other(self) -> "ExamFamily":
        for version in self.versions:
            if not version.code.startswith(f"{self.family}-"):
                raise ValueError(f"{version.code} is no version of {self.family} → move it")
        for before, after in zip(self.versions, self.versions[1:], strict=False):
            if before.valid_until is None or after.valid_from is None:
                raise ValueError(
                    f"{after.code} follows {before.code} without a day → give {before.code} its "
                    f"valid_until and {after.code} its valid_from"
                )
            if after.valid_from != before.valid_until + timedelta(days=1):
                raise ValueError(
                    f"{after.code} does not begin the day after {before.code} ends → on each day "
                    "one version is asked"
                )
        return self


def load_exams(file: Path = EXAMS) -> dict[str, ExamFamily]:
    """Return the certifications by family; every problem of the file is reported at once."""
    entries = read_yaml(file)
    if not isinstance(entries, list):
        fix = "begin each certification with `- family: ...`"
        raise ContentError([Problem(file, "", "", "is not a list of exams", fix)])
    families: dict[str, ExamFamily] = {}
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        name = str(entry.get("family", f"exam {number}")) if isinstance(entry, dict) else str(entry)
        if name in seen:
            problems.append(Problem(file, name, "family", "is given twice", "keep one of them"))
        seen.add(name)
        try:
            families[name] = ExamFamily.model_validate(entry)
        except ValidationError as error:
            problems += problems_of(error, file, name)
    for name in FAMILIES:
        if name not in seen:
            fix = did_you_mean(name, seen, "families")
            problems.append(Problem(file, name, "", "is missing: questions name it", fix))
    if problems:
        raise ContentError(problems)
    return families
