"""Lighthouse: how fast a page is on a phone, and whether it follows the web's good practices.

The phone is computed, not played: the page is loaded at full speed, and Lighthouse works out from
what it loaded how long a slow phone would take. So a busy machine disturbs little.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from coursekit.audit.node import PACKAGES, AuditError, node
from coursekit.audit.report import Finding
from coursekit.browser import QUIET, find_chromium

SCRIPT = Path(__file__).with_name("lighthouse.mjs")
BAR = {"performance": 95, "accessibility": 100, "best practices": 100, "SEO": 95}


def look(folder: Path, address: str, pages: list[str]) -> Iterator[tuple[str, Finding]]:
    """Each page with its scores; where one is below the bar, with what took the points."""
    if not (chromium := find_chromium()):
        raise AuditError(
            "There is no Chromium on this machine: install one, or name it: CHROMIUM=…"
        )
    script = PACKAGES.parent / SCRIPT.name  # Node looks for packages beside the script
    shutil.copy(SCRIPT, script)
    order = {
        "chromium": chromium,
        "flags": QUIET,
        "addresses": [f"{address}/{page}" for page in pages],
    }
    with subprocess.Popen(
        [node(), str(script), json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        for page, line in zip(pages, running.stdout, strict=False):
            yield page, finding_of(json.loads(line))
    if running.returncode:
        raise AuditError(f"Lighthouse ended with {running.returncode}: see above")


def finding_of(told: dict) -> Finding:
    """Scores as cells; what is below the bar with its causes."""
    if told["error"]:
        return Finding({}, [f"lighthouse: {told['error']}"])
    faults = []
    for category, score in told["scores"].items():
        if score < BAR[category]:
            causes = "; ".join(told["causes"][category])
            faults.append(f"lighthouse: {category} {score} < {BAR[category]}: {causes}")
    return Finding(told["scores"] | {"KB": round(told["bytes"] / 1024)}, faults)
