"""Bring a notebook that was run into the form in which it is stored: the same after every run."""

from nbformat import NotebookNode
from nbformat.notebooknode import from_dict

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_CHURN = {"execution", "ExecuteTime", "collapsed", "scrolled", "trusted", "widgets"}


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Number the cells from 1; drop times, widget models and versions of the machine."""
    notebook.metadata["kernelspec"] = from_dict(_KERNEL)
    notebook.metadata["language_info"] = from_dict({"name": "python"})
    notebook.metadata.pop("widgets", None)
    number = 0
    for cell in notebook.cells:
        for key in _CHURN & set(cell.metadata):
            del cell.metadata[key]
        if cell.cell_type != "code":
            continue
        number += 1
        cell.execution_count = number
        for output in cell.outputs:
            _normalise_output(output, number)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def _normalise_output(output: NotebookNode, number: int) -> None:
    if output.output_type == "execute_result":
        output.execution_count = number
    if output.output_type in ("execute_result", "display_data"):
        # A model lives and ends with its kernel. What is stored is the bundle's static face.
        output.data.pop(WIDGET_VIEW, None)
        output.metadata.pop(WIDGET_VIEW, None)
