"""html-validate: whether pages are HTML as its standard has it."""

import json
from collections.abc import Iterator
from pathlib import Path

from coursekit.audit.node import PACKAGES, run
from coursekit.audit.report import Finding

PROGRAM = PACKAGES / "html-validate" / "bin" / "html-validate.mjs"
# What the standard says, and nothing of taste.
SETTINGS = {"root": True, "extends": ["html-validate:standard"], "rules": {}}


def look(folder: Path, address: str, pages: list[str]) -> Iterator[tuple[str, Finding]]:
    """Each page with its errors."""
    settings = PACKAGES.parent / "html-validate.json"
    settings.write_text(json.dumps(SETTINGS), "utf-8")
    files = [str(folder / page) for page in pages]
    told = json.loads(run(PROGRAM, "--config", str(settings), "--formatter", "json", *files))
    messages = {result["filePath"]: result["messages"] for result in told}
    for page, file in zip(pages, files, strict=True):
        faults = [
            f"html: {one['ruleId']} at line {one['line']}: {one['message']}"
            for one in messages.get(file, [])
        ]
        yield page, Finding({"html": len(faults)}, faults)
