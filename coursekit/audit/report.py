"""What the audit found, as a table a person can read: the pages below the bar first."""

from dataclasses import dataclass, field

COLUMNS = ("performance", "accessibility", "best practices", "SEO", "KB", "axe", "html")
EACH = 6  # faults of a page that are told; the others are counted


@dataclass
class Finding:
    """What one part says of one page: cells of the table, and what is below the bar."""

    cells: dict[str, int]
    faults: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The cells in one line."""
        told = ", ".join(f"{name} {value}" for name, value in self.cells.items())
        return f"{told}{' — BELOW THE BAR' if self.faults else ''}"


class Report:
    """All findings, page by page."""

    def __init__(self) -> None:
        self.cells: dict[str, dict[str, int]] = {}
        self.faults: dict[str, list[str]] = {}

    def add(self, page: str, finding: Finding) -> None:
        """Keep a finding."""
        self.cells.setdefault(page, {}).update(finding.cells)
        self.faults.setdefault(page, []).extend(finding.faults)

    def is_bad(self) -> bool:
        """Whether some page is below the bar, or no page was looked at."""
        return not self.cells or any(self.faults.values())

    def text(self) -> str:
        """The faults, then the table: pages with most faults first."""
        pages = sorted(self.cells, key=lambda page: (-len(self.faults[page]), page))
        below = [page for page in pages if self.faults[page]]
        rows = [f"{len(pages)} pages, {len(below)} below the bar", ""]
        for page in below:
            faults = self.faults[page]
            rows += [f"{page}:", *(f"- {fault}" for fault in faults[:EACH])]
            rows += [f"- and {len(faults) - EACH} more"] if len(faults) > EACH else []
            rows.append("")
        rows += [f"| page | {' | '.join(COLUMNS)} |", f"|---|{'---:|' * len(COLUMNS)}"]
        for page in pages:
            cells = (str(self.cells[page].get(column, "")) for column in COLUMNS)
            rows.append(f"| {page} | {' | '.join(cells)} |")
        return "\n".join(rows) + "\n"
