"""One output with two faces: the widget, and HTML for wherever no widget runs."""

from IPython.display import display
from ipywidgets import Widget

VIEW_TYPE = "application/vnd.jupyter.widget-view+json"


def show(widget: Widget, html: str, text: str) -> None:
    """Display the widget with its fallback; `html` and `text` hold nothing that differs by run."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    display({VIEW_TYPE: view, "text/html": html, "text/plain": text}, raw=True)
