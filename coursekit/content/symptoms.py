"""Symptoms: what somebody sees who does not know the pattern yet, in each chapter's front matter.

They stand at the head of the chapter, so that a new chapter brings its own:

    ---
    symptoms:
    - {see: Messages are handled twice, kind: twice, cell: break}
    ---
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coursekit.content.chapters import Chapter
from coursekit.content.errors import ContentError, Problem, problems_of
from coursekit.content.text import read_front_matter

Kind = Literal[
    "twice", "lost", "order", "stuck", "slow", "refused", "wrong", "blind", "access", "cost"
]
KINDS: dict[Kind, str] = {  # in the order of the page; the words are those that one searches for
    "twice": "It happened twice",
    "lost": "It is gone, or never came",
    "order": "It came in the wrong order",
    "stuck": "It stands still, or stopped in the middle",
    "slow": "It is slow, or answers 502 or 504",
    "refused": "It is refused: 429, throttling, overload",
    "wrong": "The data disagree",
    "blind": "It went wrong, and nobody was told",
    "access": "Somebody may do too little, or too much",
    "cost": "It costs too much",
}


class Symptom(BaseModel):
    """What is seen, in the words of who is paged or of an exam's stem, and what shows it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    see: str = Field(min_length=1, max_length=90)
    kind: Kind
    cell: str = Field(pattern=r"^[a-z0-9-]+(\.\d+)?$")  # of the chapter's own lab


def load_symptoms(chapter: Chapter) -> list[Symptom]:
    """Return the chapter's symptoms in their order; every problem is reported at once."""
    entries = read_front_matter(chapter.prose).get("symptoms")
    if not isinstance(entries, list):
        message, fix = "names no symptoms", "begin the page with `symptoms:` in front matter"
        raise ContentError([Problem(chapter.prose, "", "symptoms", message, fix)])
    symptoms, problems = [], []
    for number, entry in enumerate(entries, start=1):
        name = str(entry.get("see", number)) if isinstance(entry, dict) else str(entry)
        try:
            symptoms.append(Symptom.model_validate(entry))
        except ValidationError as error:
            problems += problems_of(error, chapter.prose, name)
    if problems:
        raise ContentError(problems)
    return symptoms
