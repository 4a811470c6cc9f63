"""matplotlib figures in the house style, shown as an image that needs nothing else.

The picture is SVG in a data address: crisp on a phone, no file beside the notebook, shown by
JupyterLab before the notebook is trusted. Only its bytes are left out when a lab's outputs are
compared; the text alternative is compared, so it says only what is decided.
"""

import io
import re
from html import escape
from urllib.parse import quote

import matplotlib
from IPython.display import display
from matplotlib.figure import Figure

from coursekit.evidence.meanings import INK, LINE, MUTED, PAPER

STYLE = {
    "svg.fonttype": "none",  # real text: small, selectable, in the reader's own font
    "svg.hashsalt": "coursekit",  # the same data, the same bytes
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 11,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": matplotlib.cycler(
        color=["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"],
        linestyle=["-", "--", "-.", ":", "-"],
    ),
    "grid.color": "#e8ecf0",
    "lines.linewidth": 2.2,
    "lines.markersize": 7,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
}


def figure(height: float = 3.4, width: float = 6.8) -> Figure:
    """An empty figure in the house style, sizes in inches; draw on `figure.subplots()`."""
    with matplotlib.rc_context(STYLE):
        made = Figure(figsize=(width, height))
    made.subplots = in_style(made.subplots)
    return made


def chart(drawn: Figure, alt: str) -> None:
    """Show a figure. `alt` says what it argues; ValueError where it is empty."""
    display(picture_bundle(drawn, alt), raw=True)


def in_style(method: object) -> object:
    """The same method, run under the house style: axes read it when they are made."""

    def styled(*args: object, **keywords: object) -> object:
        with matplotlib.rc_context(STYLE):
            return method(*args, **keywords)

    return styled


def picture_bundle(drawn: Figure, alt: str) -> dict[str, str]:
    """The figure as text/html with its text alternative, and as text/plain."""
    if not alt.strip():
        raise ValueError(
            "a picture needs `alt`: one or two sentences that say what it shows, "
            "with decided numbers only"
        )
    with matplotlib.rc_context(STYLE):
        for axes in drawn.axes:  # a title that was set outside the style stands in the middle
            if title := axes.get_title("center"):
                axes.set_title("", loc="center")
                axes.set_title(title, loc="left")
        buffer = io.StringIO()
        drawn.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"'DejaVu Sans', ", "system-ui, 'Segoe UI', ", svg)
    svg = re.sub(r"\s*\n\s*", " ", svg)
    width, height = (round(inches * 100) for inches in drawn.get_size_inches())
    html = (
        f'<figure class="ck-evidence" tabindex="0"><img width="{width}" height="{height}" '
        f'alt="{escape(alt)}" src="data:image/svg+xml,{quote(svg, safe=SAFE)}"></figure>'
    )
    return {"text/html": html, "text/plain": f"picture: {alt}"}


SAFE = " !$()*+,-./:;=?@[]_~'"  # what may stand as it is inside a double-quoted address
