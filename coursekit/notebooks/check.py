"""Check a stored lab without running it: its shape, and what its outputs must not give away."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.content.placeholders import MESSAGE, still_to_write
from coursekit.notebooks.files import cell_name, read_notebook, short_name, tags

HEADINGS = (
    "Predict",
    "Deploy",
    "Break",
    "Evidence",
    "Why",
    "Fix",
    "Proof",
    "Turn the knobs",
    "Your turn",
    "On real AWS",
    "Take-away",
)
TAGS = ("break", "fix", "proof", "exercise", "solution")  # in the order of the lab
STEPS = {*TAGS, "expected-failure"}  # what a reader came for: these cells show their code
SPEAKING_TAGS = {"proof", "exercise", "solution", "expected-failure"}  # cells that must show
CARD = ("title", "minutes", "needs", "shows")
LABEL = "expected to fail"

# What differs from run to run or machine to machine, and so has no place in an output.
LEAKS = {
    "an account number": r"(?<![\d.])\d{12}(?![\d.])",
    "a random id": r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b",
    "a time of day": r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\b[0-2]\d:[0-5]\d:[0-5]\d\b",
    "a clock in seconds": r"(?<![\d.,])1[6-9]\d{8}(?:\d{3})?(?:\.\d+)?(?!\d)",
    "a sequence number": r"\b\d{18,}\b",
    "an address in memory": r"\b0x[0-9a-f]{8,}\b",
    "an access key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "an absolute path": r"(?<![\w.:/])/(?:home|Users|root|tmp|private|var/folders|work)/[\w.-]+"
    r"|\b[A-Z]:\\Users\\",
    "an emulator's address": r"\b(?:127\.0\.0\.1|localhost)(?::\d+)\b",
    "a traceback": r"Traceback \(most recent call last\)",
}
_LEAKS = {what: re.compile(pattern) for what, pattern in LEAKS.items()}
_LEAK_FIX = {
    "execute_result": "Its last line is a value, which shows: end it with `;`, or print",
    "display_data": "Show only what every run decides",
    "stream": "Print only what every run decides",
}
_PICTURE = re.compile(r'data:image/[^"]*')  # up to the end of the src attribute
_DRAWS = re.compile(r"\bevidence\.(?:timeline|chart)\(")
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_NBVAL_MARKER = re.compile(r"^\s*#\s*(NBVAL_\w+|PYTEST_VALIDATE_\w+)", re.MULTILINE)


def check_notebook(path: Path) -> list[str]:
    """Everything wrong with a stored lab: the notebook, the cell, what, and how to mend it."""
    notebook = read_notebook(path)
    name = short_name(path)
    found = [*_whole(notebook), *_code_cells(notebook), *_placeholders(notebook)]
    named = f"`make lab SLUG={path.stem}`"  # without a name it would run all labs
    return [f"{name}: {problem}".replace("`make lab`", named) for problem in found]


def _whole(notebook: NotebookNode) -> Iterator[str]:
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield f"is not a valid notebook: {error.message}. Save it again in JupyterLab"
    if not notebook.cells or not notebook.cells[0].source.startswith("# "):
        yield "cell 1: no title. Begin with a Markdown cell: # title, then the incident"
    yield from _headings(notebook)
    yield from _tag_order(notebook)
    card = notebook.metadata.get("coursekit", {})
    missing = [key for key in CARD if not card.get(key)]
    if missing:
        yield (
            f"metadata: coursekit has no {', '.join(missing)}. "
            "Add it: JupyterLab > Property Inspector > Advanced Tools > Notebook Metadata"
        )
    if not isinstance(card.get("minutes", 1), int | float):
        yield "metadata: coursekit.minutes is no number. Write how many minutes a reader needs"
    if "widgets" in notebook.metadata:
        yield "metadata: stored widget state. Run `make lab` to store the normal form"


def _placeholders(notebook: NotebookNode) -> Iterator[str]:
    """What `make new-chapter` left for the author."""
    for key, value in notebook.metadata.get("coursekit", {}).items():
        for _, what in still_to_write(str(value)):
            yield f"metadata: coursekit.{key} {MESSAGE}. In place of the mark: {what}"
    for index, cell in enumerate(notebook.cells):
        for line, what in still_to_write(cell.source):
            where = f"{cell_name(notebook, index)}, line {line}"
            yield f"{where}: {MESSAGE}. In place of the mark: {what}"


def _headings(notebook: NotebookNode) -> Iterator[str]:
    found = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            found += [
                (line[3:].strip(), index) for line in _prose_lines(cell) if line.startswith("## ")
            ]
    names = [heading for heading, _ in found]
    if names == list(HEADINGS):
        return
    for heading in HEADINGS:
        if heading not in names:
            yield f"no heading `## {heading}`. A lab has, in order: {', '.join(HEADINGS)}"
    for heading, index in found:
        if heading not in HEADINGS:
            where = cell_name(notebook, index)
            yield f"{where}: unknown heading `## {heading}`. Use ### for headings of your own"
    known = [heading for heading in names if heading in HEADINGS]
    if known != sorted(set(known), key=HEADINGS.index):
        yield f"headings are {', '.join(known)}. Bring them into order, each once"


def _prose_lines(cell: NotebookNode) -> Iterator[str]:
    fenced = False
    for line in cell.source.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield line


def _tag_order(notebook: NotebookNode) -> Iterator[str]:
    first: dict[str, int] = {}
    for index, cell in enumerate(notebook.cells):
        for tag in tags(cell):
            if tag in TAGS and cell.cell_type != "code":
                yield f"{cell_name(notebook, index)}: a Markdown cell. Tag the code cell instead"
            elif tag in TAGS:
                first.setdefault(tag, index)
    for tag in TAGS:
        if tag not in first:
            yield (
                f"no cell is tagged {tag}. Select the cell that is the lab's {tag}, "
                "and add the tag: JupyterLab > Property Inspector > Cell Tags"
            )
    present = [tag for tag in TAGS if tag in first]
    if present != sorted(present, key=first.get):
        order = ", ".join(sorted(present, key=first.get))
        yield f"tagged cells come in the order {order}. The order is {', '.join(TAGS)}"


def _code_cells(notebook: NotebookNode) -> Iterator[str]:
    number = 0
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    was_run = any(cell.execution_count for cell in code)
    if not was_run:
        yield "was never run. Run `make lab`"
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        number += 1
        stored = [*_stored(cell, number), *_outputs(cell)] if was_run else []
        problems = [*_source(notebook, index), *stored]
        for problem in problems:
            yield f"{cell_name(notebook, index)}: {problem}"


def _source(notebook: NotebookNode, index: int) -> Iterator[str]:
    cell = notebook.cells[index]
    if not cell.source.strip():
        yield "is empty. Delete it"
    marker = _NBVAL_MARKER.search(cell.source)
    if marker:
        yield f"{marker[1]} keeps it from being compared. Remove it; print only what is decided"
    for tag in tags(cell):
        if tag.startswith("nbval") or tag == "raises-exception":
            yield f"the tag {tag} weakens the check. Remove it; catch the failure, say it in words"
    before = notebook.cells[index - 1] if index else None
    words = cell.source + (before.source if before and before.cell_type == "markdown" else "")
    expected = "expected-failure" in tags(cell)
    if expected and LABEL not in words.lower():
        yield (
            f'is tagged expected-failure and does not say so. Write "{LABEL}" '
            "in the cell or in the Markdown cell before it"
        )
    if not expected and _catches(cell.source):
        yield (
            "catches a failure and is not labeled. Tag it expected-failure, and write "
            f'"{LABEL}" in the cell or in the Markdown cell before it'
        )
    folded = cell.metadata.get("jupyter", {}).get("source_hidden") and "hide-input" in tags(cell)
    if _DRAWS.search(cell.source) and not folded and not STEPS & set(tags(cell)):
        yield (
            "only draws, and its code stands between the reader and the picture. Fold it: metadata "
            "jupyter.source_hidden, and tag hide-input"
        )
    if "solution" in tags(cell):
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden")
        if not hidden or "hide-cell" not in tags(cell):
            yield "shows the solution. Hide it: metadata jupyter.source_hidden, and tag hide-cell"
    if "proof" in tags(cell) and not re.search(r"\bassert\b", cell.source):
        yield "proves nothing. Assert what the fix has changed"


def _catches(source: str) -> bool:
    """Whether the cell itself (no function in it) catches an exception."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return False
    return any(isinstance(statement, ast.Try) and statement.handlers for statement in tree.body)


def _stored(cell: NotebookNode, number: int) -> Iterator[str]:
    if cell.execution_count != number:
        # nbval compares nothing where this number is missing.
        yield (
            f"has execution count {cell.execution_count}, not {number}: it was edited or never "
            "run. Run `make lab`"
        )
    if not cell.outputs and SPEAKING_TAGS & set(tags(cell)):
        yield "stores no output. Print what it shows, and run `make lab`"


def _outputs(cell: NotebookNode) -> Iterator[str]:
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"stores a traceback ({output.ename}). Catch the failure, say it in words"
            continue
        if output.output_type == "stream" and output.name == "stderr":
            yield "stores a warning. Mend what it warns of, and run `make lab`"
        data = output.get("data", {"text/plain": output.get("text", "")})
        for kind in data:
            if kind in ("image/png", "image/jpeg", "image/svg+xml"):
                yield f"stores a picture without words ({kind}). Use evidence.chart(…, alt=…)"
            elif "widget-view" in kind:
                yield "stores a widget's model. Run `make lab` to store the normal form"
        text = "\n".join(
            value if isinstance(value, str) else json.dumps(value) for value in data.values()
        )
        for image in _IMAGE.findall(text):
            if not re.search(r"\balt=[\"'][^\"']", image):
                yield "stores a picture without alt text. Say in alt what it shows"
        text = _PICTURE.sub("", text)
        for what, pattern in _LEAKS.items():
            leak = pattern.search(text)
            if leak:
                yield f"its output has {what}: {leak[0]!r}. {_LEAK_FIX[output.output_type]}"
