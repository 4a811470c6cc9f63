"""Facts: what is true today, what the exams say, and where each number comes from."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from coursekit.content.errors import ContentError, Problem, did_you_mean, problems_of
from coursekit.content.text import read_yaml
from coursekit.paths import FACTS

Verdict = Literal["correct", "oversimplified", "outdated", "wrong", "unverifiable"]
MEMORY = "memory:"


class Fact(BaseModel):
    """One fact. `value` holds its numbers; a key's ending names the unit: `max_s`, `free_gb_s`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    topic: str = Field(min_length=1)
    common_claim: str | None
    verdict: Verdict
    exam_answer: str | None
    current: str = Field(min_length=1)
    value: dict[str, Any] | None = None
    since: str | None = None
    source: tuple[str, ...] = Field(min_length=1)
    checked: date

    @field_validator("source")
    @classmethod
    def _sources_say_something(cls, source: tuple[str, ...]) -> tuple[str, ...]:
        if any(not entry.removeprefix(MEMORY).strip() for entry in source):
            raise ValueError("a source is empty → name the document, or write memory:<where>")
        return source

    @property
    def unconfirmed(self) -> bool:
        """True if no document confirms the fact."""
        return all(entry.startswith("memory") for entry in self.source)


def load_facts(file: Path = FACTS) -> dict[str, Fact]:
    """Return all facts by id; every problem of the file is reported at once."""
    entries = read_yaml(file)
    if not isinstance(entries, list):
        fix = "begin each fact with `- id: ...`"
        raise ContentError([Problem(file, "", "", "is not a list of facts", fix)])
    facts: dict[str, Fact] = {}
    problems: list[Problem] = []
    for number, entry in enumerate(entries, start=1):
        name = str(entry.get("id", f"fact {number}")) if isinstance(entry, dict) else str(entry)
        try:
            fact = Fact.model_validate(entry)
        except ValidationError as error:
            problems += problems_of(error, file, name)
            continue
        if fact.id in facts:
            problems.append(
                Problem(file, fact.id, "id", "is given to two facts", "give the second its own")
            )
        facts[fact.id] = fact
    if problems:
        raise ContentError(problems)
    return facts


# --- a fact's number as text ------------------------------------------------------------------

_TIME = {"ms": Decimal("0.001"), "s": 1, "min": 60, "h": 3600, "days": 86400}
_SIZE = {"bytes": 1, "kb": 1024, "mb": 1024**2, "mib": 1024**2, "gb": 1024**3, "gib": 1024**3}
_SIGNS = {"kb": "KB", "mb": "MB", "mib": "MiB", "gb": "GB", "gib": "GiB"}
_TEXTS = ("exam_answer", "current", "common_claim", "since", "checked")


def fact_text(reference: str, facts: dict[str, Fact]) -> str:
    """Return what `fact-id:key.key|unit` says, as a reader sees it.

    Without a key it is the fact's first number; with `|unit` a time or a size is converted, and
    `|number` leaves the unit off. Raises LookupError with advice.
    """
    reference, _, wanted = reference.strip().partition("|")
    name, _, path = reference.partition(":")
    if name not in facts:
        raise LookupError(f"no fact {name!r}: {did_you_mean(name, facts, 'facts')}")
    fact = facts[name]
    if path in _TEXTS:
        text = getattr(fact, path)
        if text is None:
            raise LookupError(f"the fact {name!r} has no {path}")
        return str(text)
    keys = path.split(".") if path else list(fact.value or {})[:1]
    value = _value_at(fact, keys)
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list) or value is None or isinstance(value, bool):
        inside = value if isinstance(value, dict) else range(len(value or ()))
        names = ", ".join(map(str, inside))
        raise LookupError(f"{reference!r} is not one number; inside it: {names}")
    return _amount(Decimal(str(value)), _unit(keys), wanted.strip().lower(), reference)


def _value_at(fact: Fact, keys: list[str]) -> Any:
    value: Any = fact.value or {}
    for depth, key in enumerate(keys):
        try:
            value = value[int(key)] if isinstance(value, list) else value[key]
        except (KeyError, IndexError, ValueError, TypeError):
            known = (
                [str(index) for index in range(len(value))]
                if isinstance(value, list)
                else [*value, *_TEXTS]
                if isinstance(value, dict)
                else []
            )
            here = ".".join(keys[:depth]) or "value"
            raise LookupError(
                f"the fact {fact.id!r} has no {key!r} in {here}: {did_you_mean(key, known, 'keys')}"
            ) from None
    return value


def _unit(keys: list[str]) -> str:
    """Return the unit that a key names: `max_s`, `write_mb_per_second`, `hour_usd`."""
    parts = next(key for key in reversed(keys) if not key.isdigit()).split("_")
    if "usd" in parts:
        return "$"
    if parts[-2:] == ["per", "second"] and len(parts) > 2 and parts[-3] in _SIZE:
        return f"{_SIGNS[parts[-3]]}/s"
    known = parts[-1] in _TIME or parts[-1] in _SIZE or parts[-1] == "percent"
    return parts[-1] if known and len(parts) > 1 else ""


def _amount(number: Decimal, unit: str, wanted: str, reference: str) -> str:
    if wanted == "number":
        return _digits(number)
    if wanted and wanted != unit:
        scale = next((s for s in (_TIME, _SIZE) if unit in s and wanted in s), None)
        if scale is None:
            raise LookupError(f"{reference!r} is in {unit or 'no unit'}; that is not {wanted!r}")
        number, unit = number * scale[unit] / scale[wanted], wanted
    if unit == "$":
        return f"${_money(number)}"
    if unit == "percent":
        return f"{_digits(number)}%"
    if unit in ("days", "bytes") and number == 1:
        unit = unit.removesuffix("s")
    # A no-break space: a number and its unit stay on one line.
    return f"{_digits(number)}\u00a0{_SIGNS.get(unit, unit)}" if unit else _digits(number)


def _digits(number: Decimal) -> str:
    text = f"{number:,f}"
    return re.sub(r"\.?0+$", "", text) if "." in text else text


def _money(number: Decimal) -> str:
    digits = _digits(number)
    places = len(digits.partition(".")[2])
    return f"{number:,.2f}" if places < 2 else digits
