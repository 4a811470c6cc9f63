"""Architecture figures from text: nodes on a small grid, edges that mean something, one argument.

A source lies in book/figures/<name>.yml. It is drawn twice, wide for a page and tall for a phone,
as inline SVG in the course's color tokens; `python -m coursekit.figures NAME` shows it.
"""

from coursekit.figures.drawing import render_figure
from coursekit.figures.source import Figure, load_figure

__all__ = ["Figure", "load_figure", "render_figure"]
