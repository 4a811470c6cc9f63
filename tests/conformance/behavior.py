"""Marks a test as the proof of one behavior of AWS's, and says what the fidelity page tells of it.

The test's name is the behavior, as a sentence. The test is written as AWS behaves; where the
emulator cannot be made to agree, `differs` says what it does instead and the test must fail.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import pytest

from coursekit.content.chapters import all_slugs
from coursekit.paths import ROOT

MENDS = ROOT / "emulator" / "fidelity"
DOCUMENTS = ("https://docs.aws.amazon.com/", "https://aws.amazon.com/")


@dataclass(frozen=True)
class Behavior:
    """What AWS does, where that is written, and how the emulator comes to do the same."""

    service: str  # the heading on the page, for example "SQS event source mappings"
    aws: str  # what AWS does, in a sentence of our own
    source: str  # the page of AWS's documentation that says so
    labs: list[str] = field(default_factory=list)  # slugs of the labs that rely on it
    mend: str = ""  # the file in emulator/fidelity that makes it so
    stock: str = ""  # what LocalStack does without that file
    differs: str = ""  # what the emulator does instead: the test is expected to fail
    scaled: str = ""  # which of AWS's waits or limits is shorter here, and how much


def behavior(**fields: object) -> Callable[[Callable], Callable]:
    """Decorate a test with the fields of Behavior. Raises ValueError at what cannot be right."""
    told = Behavior(**fields)
    unknown = [slug for slug in told.labs if slug not in all_slugs()]
    if unknown:
        raise ValueError(f"labs: no chapter is called {', '.join(unknown)}")
    if not told.source.startswith(DOCUMENTS):
        raise ValueError(f"source: {told.source!r} is no page of AWS's")
    if bool(told.mend) != bool(told.stock):
        raise ValueError("mend and stock go together: the file, and what it changes")
    if told.mend and not (MENDS / told.mend).is_file():
        raise ValueError(f"mend: there is no emulator/fidelity/{told.mend}")

    def mark(test: Callable) -> Callable:
        test = pytest.mark.behavior(**asdict(told))(test)
        if told.differs:
            expected = pytest.mark.xfail(reason=told.differs, raises=AssertionError, strict=True)
            test = expected(test)
        return test

    return mark
