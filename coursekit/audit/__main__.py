"""`python -m coursekit.audit [html] [axe] [lighthouse]`: look, and write `.course/audit.md`.

Every part looks at a page with planted faults first: an audit that sees nothing there is blind.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from coursekit.audit import axe, lighthouse, markup
from coursekit.audit.node import AuditError
from coursekit.audit.report import Finding, Report
from coursekit.audit.serving import serve
from coursekit.paths import HTML, STATE

REPORT = STATE / "audit.md"
PLANTED = Path(__file__).with_name("planted.html")
# Each is given a folder, its address and the names of pages; each page's findings come as it ends.
PARTS: dict[str, Callable[[Path, str, list[str]], Iterator[tuple[str, Finding]]]] = {
    "html": markup.look,
    "axe": axe.look,
    "lighthouse": lighthouse.look,
}


def main() -> int:
    """Return 0 when every page is as it should be, else 1."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parser.add_argument("--only", nargs="*", default=[], help="pages with one of these in the name")
    options = parser.parse_args()
    pages = [name for name in pages_of(HTML) if not options.only or named(name, options.only)]
    report = Report()
    with serve(PLANTED.parent) as planted, serve(HTML) as address:
        for part in options.parts or PARTS:
            seen = list(look(part, PLANTED.parent, planted))  # to its end: it closes its browser
            if not any(finding.faults for _, finding in seen):
                print(f"{part} found nothing in {PLANTED.name}: it is blind", file=sys.stderr)
                return 1
            began = time.monotonic()
            for number, (page, finding) in enumerate(look(part, HTML, address, pages), 1):
                report.add(page, finding)
                print(f"  {part} {number}/{len(pages)} {page}: {finding.summary}", flush=True)
            print(f"  {part}: {time.monotonic() - began:.0f} s", flush=True)
    REPORT.write_text(report.text(), "utf-8")
    print(f"\n{report.text()}\nThis table: {REPORT.relative_to(STATE.parent)}")
    return int(report.is_bad())


def look(
    part: str, folder: Path, address: str, pages: list[str] | None = None
) -> Iterator[tuple[str, Finding]]:
    return PARTS[part](folder, address, pages or [PLANTED.name])


def pages_of(folder: Path) -> list[str]:
    """Every page by its path; index.html only leads on to another."""
    files = sorted(file.relative_to(folder) for file in folder.rglob("*.html"))
    return [
        str(file) for file in files if "_static" not in file.parts and str(file) != "index.html"
    ]


def named(page: str, words: list[str]) -> bool:
    return any(word in page for word in words)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AuditError as error:
        sys.exit(str(error))
