"""axe-core: whether people who do not see, or do not use a mouse, can use a page."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from coursekit.audit.node import PACKAGES, AuditError
from coursekit.audit.report import Finding
from coursekit.browser import QUIET, find_chromium

WIDTHS = {"phone": {"width": 390, "height": 844}, "wide": {"width": 1280, "height": 900}}
THEMES = ("light", "dark")
# What is folded must be as good as what is not.
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
RUN = "() => axe.run(document, {resultTypes: ['violations']})"


def look(folder: Path, address: str, pages: list[str]) -> Iterator[tuple[str, Finding]]:
    """Each page with its violations, in both themes and at both widths."""
    if not (chromium := find_chromium()):
        raise AuditError(
            "There is no Chromium on this machine: install one, or name it: CHROMIUM=…"
        )
    source = (PACKAGES / "axe-core" / "axe.min.js").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        views = {
            f"{theme}, {width}": browser.new_context(
                viewport=size, color_scheme=theme, reduced_motion="reduce"
            ).new_page()
            for theme in THEMES
            for width, size in WIDTHS.items()
        }
        for page in pages:
            faults: dict[str, list[str]] = {}
            for view, tab in views.items():
                tab.goto(f"{address}/{page}")
                for fault in violations(tab, source):
                    faults.setdefault(fault, []).append(view)
            told = [f"axe: {fault} ({'; '.join(where)})" for fault, where in faults.items()]
            yield page, Finding({"axe": len(told)}, told)
        browser.close()


def violations(tab: Page, source: str) -> list[str]:
    """A line a rule that the open page breaks, with the first element that breaks it."""
    tab.evaluate(source)
    tab.evaluate(OPEN_ALL)
    return [
        f"{one['id']} ({one['impact']}), {len(one['nodes'])} times, first {one['nodes'][0]['html']}"
        for one in tab.evaluate(RUN)["violations"]
    ]
