"""Flashcards: one YAML file, one thought a card, the same text for the book and for Anki."""

import hashlib
import re
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

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
from coursekit.content.facts import Fact
from coursekit.content.html import FACT, inline
from coursekit.content.text import read_yaml
from coursekit.paths import FLASHCARDS

Kind = Literal["mnemonic", "limit", "cue", "trap"]


class Heading(NamedTuple):
    """How a kind is called."""

    title: str  # of its section on the page
    label: str  # above each of its cards


KINDS: dict[Kind, Heading] = {  # in the order of the page
    "mnemonic": Heading("Mnemonics", "Mnemonic"),
    "limit": Heading("Limits", "Limit"),
    "cue": Heading("Cue → pattern", "Cue → pattern"),
    "trap": Heading("Trap → truth", "Trap → truth"),
}
LONGEST = 170  # characters; what needs more is two thoughts


class Flashcard(BaseModel):
    """One card. Its texts may hold `code`, *emphasis* and {fact}`id:key`."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    kind: Kind
    chapter: str
    lab: str = Field(default="", pattern=r"^([a-z0-9-]+#[a-z0-9-]+(\.\d+)?)?$")
    front: str = Field(min_length=1)
    back: str = Field(min_length=1)
    exam: str = ""
    lookalike: str = ""

    @field_validator("chapter")
    @classmethod
    def _chapter_exists(cls, chapter: str, info: ValidationInfo) -> str:
        known = info.context or all_slugs()
        if chapter not in known:
            advice = did_you_mean(chapter, known, "chapters")
            raise ValueError(f"no chapter {chapter!r} → {advice}")
        return chapter

    @field_validator("front", "back", "exam", "lookalike")
    @classmethod
    def _is_one_thought(cls, text: str) -> str:
        length = len(FACT.sub("12 days", text))
        if length > LONGEST:
            raise ValueError(f"has {length} characters → one thought a card: split it or cut it")
        return text

    @model_validator(mode="after")
    def _suits_its_kind(self) -> "Flashcard":
        if self.kind == "limit" and not FACT.search(self.back):
            raise ValueError("a limit without a number → cite it in the back: {fact}`id:key`")
        if self.kind == "cue" and not self.lookalike:
            raise ValueError("a cue without its lookalike → say which answer only looks right")
        if self.kind != "cue" and self.lookalike:
            raise ValueError("only a cue has a lookalike → say it in the back")
        return self

    @property
    def texts(self) -> dict[str, str]:
        """What the card says, by field; fields without a text are left out."""
        fields = ("front", "exam", "back", "lookalike")
        return {field: getattr(self, field) for field in fields if getattr(self, field)}

    @property
    def facts(self) -> tuple[str, ...]:
        """The ids of the facts that the card cites, each once, in their order."""
        cited = (match[1] for text in self.texts.values() for match in FACT.finditer(text))
        ids = (reference.partition("|")[0].partition(":")[0].strip() for reference in cited)
        return tuple(dict.fromkeys(ids))


def load_flashcards(file: Path = FLASHCARDS) -> list[Flashcard]:
    """Return the cards in their order; every problem of the file is reported at once."""
    content = read_yaml(file)
    if not isinstance(content, dict) or not isinstance(content.get("cards"), list):
        fix = "begin with `cards:`, then a list"
        raise ContentError([Problem(file, "", "", "is not a file of flashcards", fix)])
    problems = [
        Problem(file, "", str(key), "is not a field of this file", "remove it")
        for key in content.keys() - {"cards"}
    ]
    chapters = all_slugs(course_of(file))
    cards: dict[str, Flashcard] = {}
    for number, entry in enumerate(content["cards"], start=1):
        name = str(entry.get("id", f"card {number}")) if isinstance(entry, dict) else str(entry)
        try:
            card = Flashcard.model_validate(entry, context=chapters)
        except ValidationError as error:
            problems += problems_of(error, file, name)
            continue
        if card.id in cards:
            fix = "give the second its own"
            problems.append(Problem(file, name, "id", "is given to two cards", fix))
        cards[card.id] = card
    if problems:
        raise ContentError(problems)
    return list(cards.values())


def in_learning_order(cards: list[Flashcard]) -> list[Flashcard]:
    """Return the cards so that the kinds take turns, each spread over the whole deck."""
    counts = Counter(card.kind for card in cards)
    seen: Counter[str] = Counter()
    places: dict[str, float] = {}
    for card in cards:
        places[card.id] = (seen[card.kind] + 0.5) / counts[card.kind]
        seen[card.kind] += 1
    return sorted(cards, key=lambda card: places[card.id])


def front_html(card: Flashcard, facts: dict[str, Fact]) -> str:
    """Return what is asked, as HTML of one line."""
    front = inline(card.front, facts)
    return f"“{front}”" if card.kind == "trap" else front


def back_html(card: Flashcard, facts: dict[str, Fact]) -> str:
    """Return the answer as HTML: the exam's beside today's where they differ, the lookalike last.

    LookupError where a fact is not there.
    """
    parts = [("", card.back, "ck-card-answer")]
    if card.exam:
        parts = [("Exam", card.exam, "ck-exam"), ("Today", card.back, "ck-today")]
    if card.lookalike:
        parts.append(("Not", card.lookalike, "ck-card-lookalike"))
    return "".join(
        f'<p class="{kind}">{_mark(word)}{inline(text, facts)}</p>' for word, text, kind in parts
    )


def _mark(word: str) -> str:
    return f'<span class="ck-mark">{word}</span> ' if word else ""


def digest(card: Flashcard, facts: dict[str, Fact]) -> str:
    """Changes when what the card says does, a number from a fact included."""
    said = front_html(card, facts) + back_html(card, facts)
    return hashlib.sha256(re.sub(r"<[^>]+>|\s+", " ", said).encode()).hexdigest()[:8]
