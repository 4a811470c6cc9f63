"""`python -m coursekit.figures NAME > page.html`: a figure on a page of its own, for authors."""

import sys
from pathlib import Path

from coursekit.content.errors import ContentError
from coursekit.figures.drawing import render_figure
from coursekit.paths import FIGURES, ROOT

TOKENS = ROOT / "coursekit" / "book" / "static" / "course.css"


def main(arguments: list[str]) -> int:
    """Print the page; say what is wrong with the source instead, if something is."""
    if not arguments:
        print("usage: python -m coursekit.figures NAME [dark] > page.html", file=sys.stderr)
        return 2
    name = arguments[0]
    file = Path(name) if name.endswith(".yml") else FIGURES / f"{name}.yml"
    try:
        figure = render_figure(file)
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    theme = "dark" if "dark" in arguments[1:] else "light"
    print(
        f'<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Figure</title><style>'
        f"{TOKENS.read_text('utf-8')} body {{ margin: 1rem; background: var(--ck-paper); "
        "color: var(--ck-ink); font-family: system-ui, sans-serif }</style>"
        f"{figure}</html>"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
