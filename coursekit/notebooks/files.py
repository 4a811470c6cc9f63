"""Find the labs, read and write them, name their cells."""

import difflib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.paths import LABS


class NotebookError(Exception):
    """What is wrong, and what to do, in one message."""


def find_notebooks(names: list[str]) -> list[Path]:
    """The notebooks of these labs (slugs, or paths); all labs without names."""
    present = {path.stem: path for path in sorted(LABS.glob("*/*.ipynb"))}
    if not names:
        if not present:
            raise NotebookError(f"there is no lab in {LABS}: expected <part>/<slug>.ipynb")
        return list(present.values())
    return [_find(name, present) for name in names]


def _find(name: str, present: dict[str, Path]) -> Path:
    if name.endswith(".ipynb") and Path(name).is_file():
        return Path(name).resolve()
    if name in present:
        return present[name]
    near = difflib.get_close_matches(name, present, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(present) or 'none'}"
    raise NotebookError(f"there is no lab {name}: {hint}")


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook; one that is damaged is said so in words."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:
        raise NotebookError(
            f"{short_name(path)} is not a notebook ({error}). Restore it: git restore {path}"
        ) from error


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook in one step, so that an interrupted run leaves the old one."""
    fresh = path.with_name(f".{path.name}.new")
    nbformat.write(notebook, fresh)
    fresh.replace(path)


def short_name(path: Path) -> str:
    """The path as a reader of the repository knows it."""
    base = LABS.parent
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)


def tags(cell: NotebookNode) -> list[str]:
    """The tags of a cell."""
    return cell.metadata.get("tags", [])


def cell_name(notebook: NotebookNode, index: int) -> str:
    """How to find a cell: its place in the notebook, from 1, and its tags."""
    words = [f"cell {index + 1}"]
    cell = notebook.cells[index]
    if cell.cell_type == "code":
        number = sum(other.cell_type == "code" for other in notebook.cells[: index + 1])
        words.append(f"(In [{number}])")
    if tags(cell):
        words.append(f"tagged {', '.join(tags(cell))}")
    return " ".join(words)
