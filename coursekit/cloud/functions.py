"""Handlers as they are on disk: zip them, show them, read what they wrote."""

import importlib.util
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

from botocore.client import BaseClient
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from coursekit.cloud.errors import LabError
from coursekit.paths import HANDLERS, LABS

_FIXED_DATE = (2026, 1, 1, 0, 0, 0)  # same source, same zip, same code hash


def handler_path(handler_file: str) -> Path:
    """The file of a handler named relative to labs/handlers."""
    path = (HANDLERS / handler_file).resolve()
    if not path.is_relative_to(HANDLERS) or not path.is_file():
        present = sorted(str(file.relative_to(HANDLERS)) for file in HANDLERS.rglob("*.py"))
        raise LabError(
            f"there is no handler {handler_file!r} in {HANDLERS.relative_to(LABS.parent)}. "
            f"There are: {', '.join(present) or 'none'}."
        )
    return path


def zip_handler(path: Path, libraries: Sequence[str] = ()) -> bytes:
    """The handler, the Python files beside it and the libraries, as Lambda takes them."""
    files = {file.name: file for file in path.parent.glob("*.py")}
    for library in libraries:
        files |= library_files(library)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _FIXED_DATE)
            entry.external_attr = 0o644 << 16  # Lambda must be able to read it
            archive.writestr(entry, file.read_bytes())
    return buffer.getvalue()


def library_files(library: str) -> dict[str, Path]:
    """The files of an importable library of the course's, by their path in the zip."""
    spec = importlib.util.find_spec(library)
    if spec is None or spec.origin is None:
        raise LabError(
            f"there is no library {library!r} to pack: add it to pyproject.toml and run `make lock`"
        )
    origin = Path(spec.origin)
    if not spec.submodule_search_locations:
        return {origin.name: origin}
    files = (file for file in origin.parent.rglob("*") if file.is_file())
    return {
        file.relative_to(origin.parents[1]).as_posix(): file
        for file in files
        if "__pycache__" not in file.parts
    }


JUPYTERLAB_COLORS = {
    "keyword": ("k", "kc", "kd", "kn", "ow"),
    "string": ("s1", "s2", "sa", "si", "se"),
    "comment": ("c1", "sd"),
    "number": ("mi", "mf"),
    "operator": ("o",),
    "builtin": ("nb",),
    "def": ("nf", "nc"),
}
JUPYTERLAB_STYLE = "".join(
    ",".join(f".jp-OutputArea .ck-handler .{short}" for short in classes)
    + f"{{color:var(--jp-mirror-editor-{name}-color)}}"
    for name, classes in JUPYTERLAB_COLORS.items()
)


def source_bundle(path: Path) -> dict[str, str]:
    """The source as highlighted HTML, and as plain text, under its path."""
    source = path.read_text(encoding="utf-8")
    name = path.relative_to(LABS.parent).as_posix()
    code = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")
    return {
        # The book styles these classes; JupyterLab gets its own editor's colors for them.
        "text/html": (
            f"<style>{JUPYTERLAB_STYLE}</style>"
            f'<figure class="ck-handler"><figcaption><code>{name}</code></figcaption>'
            f'<div class="highlight"><pre tabindex="0">{code}</pre></div></figure>'
        ),
        "text/plain": f"# {name}\n{source}",
    }


def read_log_lines(logs: BaseClient, function_name: str) -> list[str]:
    """Every line in the function's log group, oldest first."""
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=f"/aws/lambda/{function_name}"
    )
    try:
        events = [event for page in pages for event in page["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return []  # it has not run yet
    events.sort(key=lambda event: event["timestamp"])
    return [line for event in events for line in event["message"].splitlines() if line.strip()]


def parse_records(lines: list[str]) -> list[dict]:
    """The JSON objects among the lines; by their `at` field where all have one."""
    records = []
    for line in lines:
        if not line.lstrip().startswith("{"):
            continue
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            records.append(record)
    if records and all(isinstance(record.get("at"), int | float) for record in records):
        records.sort(key=lambda record: record["at"])
    return records
