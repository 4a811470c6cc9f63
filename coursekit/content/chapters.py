"""Chapters: which there are, and the files that belong to each."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from coursekit.content.errors import ContentError, Problem, did_you_mean
from coursekit.paths import BOOK, ROOT

# The whole course in reading order, written or not: a question may be about a later chapter.
CURRICULUM = {
    "choosing": ("decision-guide",),
    "patterns": (
        "synchronous-request-response",
        "asynchronous-event-driven",
        "queue-based-load-leveling",
        "fan-out",
        "orchestration",
        "choreography",
        "strangler-fig",
        "saga",
        "backend-for-frontend",
        "event-sourcing-cqrs",
    ),
    "traps": (
        "lambda-always-cheaper",
        "fifo-always-better",
        "step-functions-replaces-lambda",
        "eventbridge-vs-sns",
        "zero-operations",
        "instant-unlimited-scaling",
        "synchronous-microservices",
        "dlq-vs-destinations",
        "missing-idempotency",
        "dual-writes-instead-of-streams",
        "kinesis-vs-sqs",
        "twenty-nine-second-wall",
        "cross-account-events",
    ),
    "mnemonics": ("safe-boss", "vtf", "sale", "fire-and-forget"),
}
ALL_SLUGS = {slug: part for part, slugs in CURRICULUM.items() for slug in slugs}


@dataclass(frozen=True)
class Chapter:
    """One chapter: its place in the course and its files, which may or may not exist yet."""

    slug: str
    part: str
    root: Path = ROOT

    @property
    def prose(self) -> Path:
        """What is read."""
        return self.root / "book" / self.part / f"{self.slug}.md"

    @property
    def lab(self) -> Path:
        """What is run."""
        return self.root / "labs" / self.part / f"{self.slug}.ipynb"

    @property
    def questions(self) -> Path:
        """What is asked."""
        return self.root / "book" / "questions" / f"{self.slug}.yml"

    @property
    def figure(self) -> Path:
        """The source of what is drawn."""
        return self.root / "book" / "figures" / f"{self.slug}.yml"

    @property
    def handlers(self) -> Path:
        """Folder of the Lambda code that the lab deploys."""
        return self.root / "labs" / "handlers" / self.slug

    @property
    def handler_tests(self) -> Path:
        """Unit tests of that code."""
        name = self.slug.replace("-", "_")
        return self.root / "tests" / "handlers" / f"test_{name}.py"

    @property
    def docname(self) -> str:
        """The chapter's page, as Sphinx names it."""
        return f"book/{self.part}/{self.slug}"

    @property
    def lab_docname(self) -> str:
        """The lab's page, as Sphinx names it."""
        return f"labs/{self.part}/{self.slug}"

    @cached_property
    def title(self) -> str:
        """The chapter's first heading."""
        for line in self.prose.read_text("utf-8").splitlines():
            if line.startswith("# "):
                return line[2:].strip()
        fix = "begin the page with `# Title`"
        raise ContentError([Problem(self.prose, "", "", "has no title", fix)])


def load_chapters(root: Path = ROOT) -> dict[str, Chapter]:
    """Return the chapters whose prose exists, in reading order, by slug."""
    chapters = (Chapter(slug, part, root) for slug, part in ALL_SLUGS.items())
    return {chapter.slug: chapter for chapter in chapters if chapter.prose.exists()}


def find_chapter(slug: str, root: Path = ROOT) -> Chapter:
    """Return the chapter or the lab of that name, written or not; suggest close names."""
    if slug not in ALL_SLUGS:
        fix = did_you_mean(slug, ALL_SLUGS, "chapters")
        raise ContentError([Problem(BOOK, slug, "", "there is no such chapter", fix)])
    return Chapter(slug, ALL_SLUGS[slug], root)
