"""The README's picture: the vtf lab's own timeline, as the lab last stored it.

`python -m coursekit.readme` (`make picture`) writes it in light and in dark. A page on the web
shows an SVG as an image only from a file, and knows no style sheet of ours.
"""

import colorsys
import re
import sys
from html.parser import HTMLParser
from urllib.parse import unquote

import nbformat

from coursekit.paths import BOOK, LABS

LAB = LABS / "mnemonics" / "vtf.ipynb"
FILES = {theme: BOOK / "images" / f"twice-{theme}.svg" for theme in ("light", "dark")}
PREFIX = "data:image/svg+xml,"


class Picture(HTMLParser):
    """The first picture in an output's HTML: its SVG and its text alternative."""

    svg = alt = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Keep what an <img> holds."""
        found = dict(attributes)
        if tag == "img" and not self.svg and (found.get("src") or "").startswith(PREFIX):
            self.svg, self.alt = unquote(found["src"].removeprefix(PREFIX)), found["alt"]


def stored_picture() -> Picture:
    """The lab's first picture. Raises LookupError where it has stored none."""
    for cell in nbformat.read(LAB, as_version=4).cells:
        for output in cell.get("outputs", []):
            picture = Picture()
            picture.feed(output.get("data", {}).get("text/html", ""))
            if picture.svg:
                return picture
    raise LookupError(f"{LAB.name} has no picture: run `make lab SLUG={LAB.stem}` first")


def drawings() -> dict[str, str]:
    """The picture as SVG, by theme."""
    svg = stored_picture().svg.strip() + "\n"
    return {"light": svg, "dark": re.sub(r"#[0-9a-f]{6}\b", darkened, svg)}


def darkened(color: re.Match) -> str:
    """The color for a dark page: the same hue, light and dark exchanged, white nearly black."""
    red, green, blue = (int(color[0][at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    mixed = colorsys.hls_to_rgb(hue, 1 - 0.93 * lightness, saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in mixed)


def main() -> int:
    """Write both files."""
    for theme, svg in drawings().items():
        FILES[theme].write_text(svg, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
