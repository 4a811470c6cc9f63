"""Leave the fix out: a lab that still passes proves nothing."""

from nbformat import NotebookNode

from coursekit.notebooks.files import cell_name, tags
from coursekit.notebooks.run import Run


def without_fix(notebook: NotebookNode) -> NotebookNode:
    """The notebook up to its last proof, without its fix cells."""
    proofs = [index for index, cell in enumerate(notebook.cells) if "proof" in tags(cell)]
    kept = notebook.cells[: proofs[-1] + 1] if proofs else notebook.cells
    notebook.cells = [cell for cell in kept if "fix" not in tags(cell)]
    return notebook


def verdict(run: Run) -> str:
    """Why this lab fails the check; empty when it failed in its proof, as it must."""
    if run.failed_index is None:
        return (
            "passes without its fix. "
            "Assert in the proof cell what is true only once the fix cells have run."
        )
    cell = run.notebook.cells[run.failed_index]
    where = cell_name(run.notebook, run.failed_index)
    what = f"{run.error_name}: {run.error_text}".split("\n")[0]
    if "proof" not in tags(cell):
        return (
            f"without its fix it fails before its proof, in {where} of the shortened notebook "
            f"({what}). Only the proof may need the fix."
        )
    if run.error_name != "AssertionError":
        return (
            f"without its fix its proof fails with {what}, and not with an AssertionError. "
            "Define what the proof needs outside the fix cells, and assert."
        )
    return ""
