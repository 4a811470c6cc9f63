"""A figure as HTML: two inline SVG drawings, one of them shown at a time."""

import math
from html import escape
from itertools import pairwise
from pathlib import Path

from coursekit.content.errors import ContentError, Problem
from coursekit.figures.layout import (
    ARROW,
    ICON,
    LINE,
    NAME_SIZE,
    SIGNED,
    TEXT_SIZE,
    Box,
    Drawing,
    Extent,
    Line,
    Point,
    Wall,
    collisions,
    lay_out,
    overlap,
)
from coursekit.figures.services import SERVICES
from coursekit.figures.source import Figure, Meaning, Note, load_figure

STYLE = Path(__file__).with_name("figures.css")
MARGIN = 10
# Beyond these a drawing is scaled down until its text is too small for a page or a phone.
WIDEST = {False: 850, True: 420}

CROSS = "M-4-4L4 4M4-4L-4 4"
CHECK = "M-4.5 0.5L-1.5 3.8L4.8-3.6"


def render_figure(file: Path) -> str:
    """The figure of this source as HTML that follows the page's colors.

    Raises ContentError for what the source gets wrong, a drawing too wide to read included.
    """
    figure = load_figure(file)
    name = file.stem
    drawings = {tall: lay_out(figure, tall) for tall in (False, True)}
    problems = []
    for tall, drawing in drawings.items():
        left, _, right, _ = drawing.extent
        if right - left > WIDEST[tall]:
            kind, field = ("tall", "at_tall") if tall else ("wide", "at")
            message = f"the {kind} drawing is {right - left:.0f} pixels wide: text gets too small"
            fix = f"stay below {WIDEST[tall]}: shorter labels, or fewer columns (`{field}`)"
            problems.append(Problem(file, "", field, message, fix))
        for collision in collisions(figure, drawing):
            problems.append(_collision(file, collision, tall))
    if problems:
        raise ContentError(problems)
    svgs = "".join(_svg(figure, drawing, tall, name) for tall, drawing in drawings.items())
    return (
        f'<figure class="ck-figure" id="figure-{name}">{svgs}'
        f'<figcaption id="figure-{name}-title">{escape(figure.title)}</figcaption></figure>'
    )


def _collision(file: Path, collision: str, tall: bool) -> Problem:
    kind, field = ("tall", "at_tall") if tall else ("wide", "at")
    fix = f"move one of them with `{field}`, or lead the edge around with `via{field[2:]}`"
    return Problem(file, "", field, f"in the {kind} drawing, {collision}", fix)


def _svg(figure: Figure, drawing: Drawing, tall: bool, name: str) -> str:
    left, top, right, bottom = drawing.extent
    x, y = left - MARGIN, top - MARGIN
    width, height = right - left + 2 * MARGIN, bottom - top + 2 * MARGIN
    kind = "tall" if tall else "wide"
    ident = f"figure-{name}-{kind}-text"
    # The style once: it holds for both, whichever is shown.
    style = "" if tall else f"<style>{_compact(STYLE.read_text('utf-8'))}</style>"
    parts = [
        _group(group.meaning, wall)
        for group, wall in zip(figure.groups, drawing.groups, strict=True)
    ]
    parts += [_leader(drawing, box) for box in drawing.notes]
    parts += [_line(line) for line in drawing.lines]
    parts += [
        _group_name(group.name, wall, drawing.lines)
        for group, wall in zip(figure.groups, drawing.groups, strict=True)
    ]
    parts += [_node(box) for box in drawing.boxes.values()]
    parts += [_note(box) for box in drawing.notes]
    parts += [_edge_label(line) for line in drawing.lines]
    return (
        f'<svg class="ck-figure-{kind}" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-labelledby="figure-{name}-title" aria-describedby="{ident}" '
        f'viewBox="{_n(x)} {_n(y)} {_n(width)} {_n(height)}" width="{_n(width)}" '
        f'height="{_n(height)}"><desc id="{ident}">{escape(figure.alt)}</desc>{style}'
        + "".join(parts)
        + "</svg>"
    )


def _compact(style: str) -> str:
    return " ".join(style.split())


def _n(number: float) -> str:
    """A number as short as a tenth of a pixel needs."""
    return f"{round(number, 1) + 0:.1f}".removesuffix(".0")


def _class(base: str, meaning: Meaning) -> str:
    return base if meaning == "normal" else f"{base} {meaning}"


def _text(lines: list[str], x: float, y: float, kind: str, anchor: str = "middle") -> str:
    """Lines of text, the first with its baseline at `y`."""
    spans = "".join(
        f'<text class="{kind}" x="{_n(x)}" y="{_n(y + number * LINE)}"'
        + (f' text-anchor="{anchor}"' if anchor != "start" else "")
        + f">{escape(line)}</text>"
        for number, line in enumerate(lines)
    )
    return spans


def _group(meaning: Meaning, wall: Wall) -> str:
    left, top, right, bottom = wall.extent
    return (
        f'<g class="{_class("group", meaning)}"><rect x="{_n(left)}" y="{_n(top)}" '
        f'width="{_n(right - left)}" height="{_n(bottom - top)}" rx="10"/></g>'
    )


def _group_name(name: str, wall: Wall, lines: list[Line]) -> str:
    text = _text([name], wall.name[0], wall.name[1] + 12.5, "group-name", "start")
    return f"{_ground(wall.name, lines)}{text}"


def _ground(extent: Extent, lines: list[Line]) -> str:
    """Paper under a text that a line runs through."""
    left, top, right, bottom = extent
    crossed = any(
        overlap(extent, (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))
        for line in lines
        for (x1, y1), (x2, y2) in pairwise(line.points)
    )
    if not crossed:
        return ""
    return (
        f'<rect class="ground" x="{_n(left - 3)}" y="{_n(top)}" width="{_n(right - left + 6)}" '
        f'height="{_n(bottom - top)}"/>'
    )


def _node(box: Box) -> str:
    node = box.item
    service = SERVICES[node.service]
    lines, high = box.name_lines, box.half_height
    if node.service == "state":
        text_high = LINE * (len(lines) + len(box.detail_lines))
        first = box.y - text_high / 2 + NAME_SIZE * 0.9
        shape = (
            f'<rect class="state" x="{_n(box.x - box.half_width)}" y="{_n(box.y - high)}" '
            f'width="{_n(2 * box.half_width)}" height="{_n(2 * high)}" rx="8"/>'
        )
    else:
        first = box.y + high + 8 + NAME_SIZE * 0.85
        scale = ICON / 48
        shape = (
            f'<g transform="translate({_n(box.x - high)} {_n(box.y - high)}) scale({scale:.4g})">'
            f'<rect width="48" height="48" rx="9" fill="{service.color}"/>'
            f'<path class="glyph" d="{service.strokes}"/>'
            + (f'<path class="solid" d="{service.fills}"/>' if service.fills else "")
            + "</g>"
        )
        if node.meaning != "normal":
            shape += (
                f'<rect class="ring" x="{_n(box.x - high - 4)}" y="{_n(box.y - high - 4)}" '
                f'width="{_n(2 * high + 8)}" height="{_n(2 * high + 8)}" rx="14"/>'
            )
    sign = ""
    if node.meaning != "normal":
        sign = _sign(node.meaning, (box.x + box.half_width, box.y - high))
    return (
        f'<g class="{_class("node", node.meaning)}">{shape}{sign}'
        f"{_text(lines, box.x, first, 'name')}"
        f"{_text(box.detail_lines, box.x, first + LINE * len(lines), 'detail')}</g>"
    )


def _note(box: Box) -> str:
    note = box.item
    left, top = box.x - box.half_width, box.y - box.half_height
    signed = note.meaning != "normal"
    x = left + (27 if signed else 11)
    sign = _sign(note.meaning, (left + 14, top + 8 + LINE / 2)) if signed else ""
    return (
        f'<g class="{_class("note", note.meaning)}"><rect x="{_n(left)}" y="{_n(top)}" '
        f'width="{_n(2 * box.half_width)}" height="{_n(2 * box.half_height)}" rx="7"/>{sign}'
        f"{_text(box.detail_lines, x, top + 8 + TEXT_SIZE * 0.95, 'note-text', 'start')}</g>"
    )


def _leader(drawing: Drawing, box: Box) -> str:
    """The dotted line from a note to what it is about."""
    note = box.item
    if not isinstance(note, Note) or not note.about:
        return ""
    about = drawing.boxes[note.about]
    left, top, right, bottom = about.extent
    # Straight across or down where the two overlap, else from center to center.
    x = min(max(box.x, left + 10), right - 10)
    y = min(max(box.y, top + 10), top + 2 * about.half_height - 10)
    if abs(about.x - box.x) < box.half_width + about.half_width:
        x = about.x if abs(about.x - box.x) < box.half_width - 8 else x
        end = (x, bottom + 4 if box.y > about.y else top - 5)
        start = (min(max(x, box.x - box.half_width), box.x + box.half_width), box.y)
    else:
        end = (about.x + math.copysign(about.half_width + 5, box.x - about.x), y)
        start = (box.x, y if abs(y - box.y) < box.half_height else box.y)
    return f'<path class="{_class("leader", note.meaning)}" d="{_path([start, end])}"/>'


def _line(line: Line) -> str:
    """A line with rounded turns, an arrowhead and, where it means something, a sign."""
    points = list(line.points)
    (x1, y1), (x2, y2) = points[-2:]
    length = math.hypot(x2 - x1, y2 - y1) or 1
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    meaning = line.edge.meaning
    points[-1] = (x2 - ux * (ARROW - 3), y2 - uy * (ARROW - 3))
    wing = 5.5
    back = (x2 - ux * ARROW, y2 - uy * ARROW)
    head = [
        (back[0] - uy * wing, back[1] + ux * wing),
        (x2, y2),
        (back[0] + uy * wing, back[1] - ux * wing),
    ]
    sign = ""
    if meaning in SIGNED:
        sign = _sign(meaning, (x2 - ux * (ARROW + 12), y2 - uy * (ARROW + 12)))
    return (
        f'<g class="{_class("edge", meaning)}"><path class="shaft" d="{_path(points)}"/>'
        f'<path class="head" d="{_path(head)}z"/>{sign}</g>'
    )


def _sign(meaning: Meaning, at: Point) -> str:
    """A disc with the meaning's sign."""
    drawn = {
        "broken": f'<path d="{CROSS}"/>',
        "mended": f'<path d="{CHECK}"/>',
        "waiting": '<circle class="dots" r="4.2"/>',
    }[meaning]
    return (
        f'<g class="sign {meaning}" transform="translate({_n(at[0])} {_n(at[1])})">'
        f'<circle class="disc" r="9.5"/>{drawn}</g>'
    )


def _path(points: list[Point], radius: float = 8) -> str:
    """Path data with rounded corners."""
    path = f"M{_n(points[0][0])} {_n(points[0][1])}"
    if len(points) == 3 and radius and _sharp(points):
        radius = 0
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        room = min(radius, math.dist(before, here) / 2, math.dist(here, after) / 2)
        enter, leave = _toward(here, before, room), _toward(here, after, room)
        path += (
            f"L{_n(enter[0])} {_n(enter[1])}Q{_n(here[0])} {_n(here[1])} "
            f"{_n(leave[0])} {_n(leave[1])}"
            if room
            else f"L{_n(here[0])} {_n(here[1])}"
        )
    return f"{path}L{_n(points[-1][0])} {_n(points[-1][1])}"


def _sharp(points: list[Point]) -> bool:
    """Whether these are an arrowhead's three corners: no right angle among them."""
    (x1, y1), (x2, y2), (x3, y3) = points
    return abs((x2 - x1) * (x3 - x2) + (y2 - y1) * (y3 - y2)) > 1


def _toward(start: Point, end: Point, distance: float) -> Point:
    whole = math.dist(start, end)
    if not whole:
        return start
    share = distance / whole
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _edge_label(line: Line) -> str:
    label = line.label
    if not label:
        return ""
    first = label.y - len(label.lines) * LINE / 2 + TEXT_SIZE * 0.95
    text = _text(label.lines, label.x, first, "label", label.anchor)
    ground = _ground(label.extent, [line])
    return f'<g class="{_class("edge-label", line.edge.meaning)}">{ground}{text}</g>'
