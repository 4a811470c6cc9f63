"""What the book says of a lab's last run, the same words on every page."""

from datetime import UTC

from coursekit.content.status import LabRun

STATUS_PAGE = "book/reference/status"


def run_anchor(slug: str) -> str:
    """Return the anchor of a lab on the status page."""
    return f"lab-{slug}"


def day(run: LabRun) -> str:
    """Return the day of a run, in UTC, so that every build says the same."""
    return run.ran.astimezone(UTC).date().isoformat()


def took(seconds: float) -> str:
    """Return a time that a run took, in words."""
    whole = round(seconds)
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60} s"
