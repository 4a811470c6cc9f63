"""How each lab ran last: book/status.json, which `make status` writes and nobody edits."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from coursekit.content.chapters import all_slugs
from coursekit.content.errors import ContentError, Problem, did_you_mean, problems_of
from coursekit.paths import STATUS

FORM = 1  # of the file; another one when its fields change
FIX = "make it anew: `make test STAGE=labs`, then `make status`"
Engine = Literal["host", "docker"]
ENGINES: dict[Engine, str] = {"host": "without Docker", "docker": "in Docker"}


class LabRun(BaseModel):
    """One lab, run and compared with its stored outputs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lab: str
    engine: Engine  # how LocalStack and the functions ran
    ran: AwareDatetime
    seconds: float = Field(ge=0)
    waiting_seconds: float = Field(ge=0)  # of these, for a condition to come true
    passed: bool
    localstack: str = Field(pattern=r"^\d+(\.\d+)+")
    python: str = Field(pattern=r"^\d+(\.\d+)+")
    boto3: str = Field(pattern=r"^\d+(\.\d+)+")


def load_status(file: Path = STATUS) -> list[LabRun]:
    """Return the runs in reading order; every problem of the file is reported at once."""
    try:
        content = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ContentError([Problem(file, "", "", "there is no such file", FIX)]) from None
    except ValueError as error:
        raise ContentError([Problem(file, "", "", f"is not JSON: {error}", FIX)]) from None
    if not isinstance(content, dict) or not isinstance(content.get("runs"), list):
        raise ContentError([Problem(file, "", "runs", "is missing", FIX)])
    if content.get("form") != FORM:
        message = f"is {content.get('form')!r}; this version of the course reads {FORM}"
        raise ContentError([Problem(file, "", "form", message, FIX)])
    runs: dict[tuple[str, Engine], LabRun] = {}
    problems = []
    known = all_slugs()
    for number, entry in enumerate(content["runs"], start=1):
        name = str(entry.get("lab", f"run {number}")) if isinstance(entry, dict) else str(entry)
        try:
            run = LabRun.model_validate(entry)
        except ValidationError as error:
            found = problems_of(error, file, name)
            problems += [Problem(file, name, one.field, one.message, FIX) for one in found]
            continue
        if run.lab not in known:
            advice = did_you_mean(run.lab, known, "labs")
            problems.append(Problem(file, name, "lab", f"there is no such lab ({advice})", FIX))
            continue
        if (run.lab, run.engine) in runs:
            problems.append(Problem(file, name, "engine", f"{run.engine} is given twice", FIX))
        runs[run.lab, run.engine] = run
    if problems:
        raise ContentError(problems)
    return _ordered(runs.values())


def dump_status(runs: Iterable[LabRun]) -> str:
    """Return what the file holds for these runs."""
    listed = [run.model_dump(mode="json") for run in _ordered(runs)]
    return json.dumps({"form": FORM, "runs": listed}, indent=1) + "\n"


def runs_of(slug: str, runs: Iterable[LabRun]) -> list[LabRun]:
    """Return the runs of one lab, the one without Docker first: it is how readers begin."""
    return [run for run in runs if run.lab == slug]


def _ordered(runs: Iterable[LabRun]) -> list[LabRun]:
    places = {slug: place for place, slug in enumerate(all_slugs())}
    engines = list(ENGINES)
    return sorted(
        runs, key=lambda run: (places.get(run.lab, len(places)), engines.index(run.engine))
    )
