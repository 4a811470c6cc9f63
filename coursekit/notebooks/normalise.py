"""Bring a notebook into the form in which it is stored: the same after every run.

`tidy` is for a notebook as an author saved it. It leaves the execution counts alone, because they
tell the check that a cell was edited or never run; only a whole run may set them.
"""

from nbformat import NotebookNode
from nbformat.notebooknode import from_dict

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_CHURN = {"execution", "ExecuteTime", "collapsed", "scrolled", "trusted", "widgets"}


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Tidy a notebook that was run from its first cell to its last, and number its cells from 1."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    return tidy(notebook)


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Drop times, widget models and versions of the machine."""
    notebook.metadata["kernelspec"] = from_dict(_KERNEL)
    notebook.metadata["language_info"] = from_dict({"name": "python"})
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for key in _CHURN & set(cell.metadata):
            del cell.metadata[key]
        for output in cell.get("outputs", []):
            _drop_widget(output)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def _drop_widget(output: NotebookNode) -> None:
    if output.output_type in ("execute_result", "display_data"):
        # A model lives and ends with its kernel. What is stored is the bundle's static face.
        output.data.pop(WIDGET_VIEW, None)
        output.metadata.pop(WIDGET_VIEW, None)
