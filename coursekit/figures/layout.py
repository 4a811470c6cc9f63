"""Where everything goes: grid to pixels, lines to turns, labels beside lines.

One procedure for both drawings. Along the flow (columns when wide, rows when tall) lines leave
and arrive; the distance between two grid lines is the least that all that stands there needs.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, pairwise, product

from coursekit.figures.services import SERVICES
from coursekit.figures.source import Edge, Figure, Group, Node, Note, Place

ICON = 56
NAME_SIZE = 14.5
TEXT_SIZE = 13
LINE = 17
PORTS_APART = 15
TURN = 24  # from a port to the first turn
ARROW = 12
GROUP_SIDE = 16
# Room for a group's name; in the tall drawing an arrow may pass beside or through it.
GROUP_TOP = {False: 34, True: 58}
SIGNED = ("broken", "mended")  # their lines carry a sign near the arrow

Point = tuple[float, float]
Extent = tuple[float, float, float, float]

_NARROW = set("iljtfr.,:;!|'()[] I1")
_WIDE = set("mwMW@%—→×")


def text_width(text: str, size: float, bold: bool = False) -> float:
    """About how wide a line of the page's sans-serif is, in pixels; rather more than less."""
    units = 0.0
    for character in text:
        if character in _NARROW:
            units += 0.35
        elif character in _WIDE:
            units += 0.9
        elif character.isupper() or character.isdigit():
            units += 0.67
        else:
            units += 0.59
    return units * size * (1.1 if bold else 1)


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """The text in lines of about equal length, none wider than `width` where words allow."""
    words = text.split()
    if not words:
        return []
    lines = max(1, -(-int(text_width(text, size, bold)) // int(width)))
    while True:
        target = text_width(text, size, bold) / lines
        made = [words[0]]
        for word in words[1:]:
            longer = f"{made[-1]} {word}"
            over = text_width(longer, size, bold) - target
            room = len(made) < lines and over > text_width(word, size, bold) / 2
            if room or text_width(longer, size, bold) > width:
                made.append(word)
            else:
                made[-1] = longer
        if len(made) <= lines or lines >= len(words):
            return made
        lines += 1


@dataclass
class Box:
    """A node or a note in pixels around (0, 0), then placed at (x, y)."""

    place: Place
    half_width: float  # of what lines end at
    half_height: float
    name_lines: list[str]
    detail_lines: list[str]
    item: Node | Note
    text_half: float = 0  # half the width of the text beneath
    text_height: float = 0  # of the text beneath
    groups: frozenset[int] = frozenset()
    x: float = 0
    y: float = 0

    @property
    def reach(self) -> float:
        """To the left and to the right, everything counted."""
        return max(self.half_width, self.text_half)

    @property
    def overhang(self) -> float:
        """How far the text beneath reaches beyond the shape, on each side."""
        return max(0, self.text_half - self.half_width)

    @property
    def bottom(self) -> float:
        """Down from the center, the text beneath counted."""
        return self.half_height + self.text_height

    @property
    def parts(self) -> list[Extent]:
        """The shape, and the text beneath if there is any: left, top, right, bottom."""
        x, y, wide, high = self.x, self.y, self.half_width, self.half_height
        shape = (x - wide, y - high, x + wide, y + high)
        if not self.text_height:
            return [shape]
        return [shape, (x - self.text_half, y + high, x + self.text_half, y + self.bottom)]

    @property
    def extent(self) -> Extent:
        """What holds the parts."""
        return _union(self.parts)


@dataclass
class Label:
    """Lines of text; `anchor` is start, middle or end; `y` is the middle of the block."""

    lines: list[str]
    x: float
    y: float
    anchor: str
    bold: bool = False

    @property
    def width(self) -> float:
        """Of the longest line."""
        return max(text_width(line, TEXT_SIZE, self.bold) for line in self.lines)

    @property
    def extent(self) -> Extent:
        """Left, top, right, bottom."""
        left = self.x - {"start": 0, "middle": self.width / 2, "end": self.width}[self.anchor]
        high = len(self.lines) * LINE / 2
        return left, self.y - high, left + self.width, self.y + high


@dataclass
class Line:
    """An edge in pixels."""

    edge: Edge
    points: list[Point]
    label: Label | None = None


@dataclass
class Wall:
    """The boundary of a group, and where its name stands."""

    extent: Extent
    name: Extent


@dataclass
class Drawing:
    """One of the two drawings, ready to be written down."""

    boxes: dict[str, Box]
    notes: list[Box]
    lines: list[Line]
    groups: list[Wall]

    @property
    def extent(self) -> Extent:
        """What holds everything: left, top, right, bottom."""
        parts = [box.extent for box in (*self.boxes.values(), *self.notes)]
        parts += [line.label.extent for line in self.lines if line.label]
        parts += [(x, y, x, y) for line in self.lines for x, y in line.points]
        parts += [wall.extent for wall in self.groups]
        return _union(parts)


def lay_out(figure: Figure, tall: bool) -> Drawing:
    """Place everything of one drawing."""
    boxes = {name: _node_box(node, tall) for name, node in figure.nodes.items()}
    notes = [_note_box(note, tall) for note in figure.notes]
    for number, group in enumerate(figure.groups):
        for name in group.nodes:
            boxes[name].groups |= {number}
    columns, rows = _scales([*boxes.values(), *notes], boxes, figure, tall)
    for box in (*boxes.values(), *notes):
        box.x, box.y = columns(box.place[0]), rows(box.place[1])
    walls = [_surround(figure, group, boxes, tall) for group in figure.groups]
    lines = Router(figure, boxes, columns, rows, tall, walls).lines()
    groups = [
        _titled(group.name, wall, lines) for group, wall in zip(figure.groups, walls, strict=True)
    ]
    return Drawing(boxes, notes, lines, groups)


def _node_box(node: Node, tall: bool) -> Box:
    service = SERVICES[node.service]
    width = 118 if tall else 150
    names = wrap(node.name, width, NAME_SIZE, bold=True)
    detail = node.detail or ("" if node.name == service.name else service.name)
    if node.service == "state":
        details = wrap(node.detail, width, TEXT_SIZE)
        wide = _widest(names, NAME_SIZE, True, details) + 28
        high = LINE * (len(names) + len(details)) + 20
        return Box(node.place(tall), wide / 2, high / 2, names, details, node)
    details = wrap(detail, width, TEXT_SIZE)
    box = Box(node.place(tall), ICON / 2, ICON / 2, names, details, node)
    box.text_half = _widest(names, NAME_SIZE, True, details) / 2
    box.text_height = LINE * (len(names) + len(details)) + 8
    return box


def _note_box(note: Note, tall: bool) -> Box:
    lines = wrap(note.text, 128 if tall else 170, TEXT_SIZE)
    wide = _widest([], NAME_SIZE, False, lines) + (22 if note.meaning == "normal" else 38)
    return Box(note.place(tall), wide / 2, LINE * len(lines) / 2 + 8, [], lines, note)


def _widest(names: list[str], size: float, bold: bool, details: list[str]) -> float:
    widths = [text_width(line, size, bold) for line in names]
    return max([*widths, *(text_width(line, TEXT_SIZE) for line in details)])


# --- grid to pixels ----------------------------------------------------------------------------


class Scale:
    """Grid position to pixels: each step between whole lines has its own length."""

    def __init__(self, least: float) -> None:
        """Begin with steps of this length."""
        self.steps: dict[int, float] = defaultdict(lambda: least)

    def __call__(self, position: float) -> float:
        """The pixels from grid line 0."""
        low = math.floor(position)
        return sum(self.steps[step] for step in range(low)) + (position - low) * self.steps[low]

    def stretch(self, low: float, high: float, distance: float) -> None:
        """Lengthen the steps between two positions until they are this far apart."""
        missing = distance - (self(high) - self(low))
        if missing <= 0:
            return
        covered = range(math.floor(low), math.ceil(high))
        share = {step: min(high, step + 1) - max(low, step) for step in covered}
        whole = sum(part * part for part in share.values())
        for step, part in share.items():
            self.steps[step] += missing * part / whole


def _scales(
    items: list[Box], boxes: dict[str, Box], figure: Figure, tall: bool
) -> tuple[Scale, Scale]:
    """The least distances between columns and rows that hold every box and every label."""
    across: list[tuple[float, float, float]] = []  # from, to, least distance
    down: list[tuple[float, float, float]] = []
    for position, one in enumerate(items):
        for other in items[position + 1 :]:
            left, right = sorted((one, other), key=lambda box: box.place[0])
            upper, lower = sorted((one, other), key=lambda box: box.place[1])
            columns = right.place[0] - left.place[0]
            rows = lower.place[1] - upper.place[1]
            walls = len(one.groups ^ other.groups)
            if rows < 0.9 and columns > 0:
                least = left.reach + right.reach + 16 + walls * GROUP_SIDE
                across.append((left.place[0], right.place[0], least))
            if columns < 0.9 and rows > 0:
                least = upper.bottom + lower.half_height + 24
                least += GROUP_TOP[tall] * len(lower.groups - upper.groups)
                least += GROUP_SIDE * len(upper.groups - lower.groups)
                down.append((upper.place[1], lower.place[1], least))
    for edge in figure.edges:
        if edge.turns(tall):
            continue
        one, other = boxes[edge.source], boxes[edge.target]
        (x1, y1), (x2, y2) = one.place, other.place
        text = label_lines(edge, tall)
        room = ARROW + (32 if edge.meaning in SIGNED or not text else 18)
        if x1 != x2 and y1 != y2:
            room += TURN + 20 + (0 if tall else max(0, max(one.overhang, other.overhang) - TURN))
        if y1 == y2 or (x1 != x2 and not tall):
            for box, walls in (
                (one, one.groups - other.groups),
                (other, other.groups - one.groups),
            ):
                room += len(walls) * (box.reach - box.half_width + GROUP_SIDE)
            bold = edge.meaning != "normal"
            wide = max((text_width(line, TEXT_SIZE, bold) for line in text), default=0)
            least = one.half_width + other.half_width + wide + room
            across.append((min(x1, x2), max(x1, x2), least))
        else:
            upper, lower = (one, other) if y1 < y2 else (other, one)
            room += GROUP_TOP[tall] * len(lower.groups - upper.groups) + 8 * bool(text)
            room += GROUP_SIDE * len(upper.groups - lower.groups)
            least = upper.bottom + lower.half_height + len(text) * LINE + room
            down.append((min(y1, y2), max(y1, y2), least))
    if tall:
        across += _lanes_apart(figure, boxes)
    columns, rows = Scale(60), Scale(40)
    for scale, needs in ((columns, across), (rows, down)):
        for need in sorted(needs, key=lambda need: need[1] - need[0]):
            scale.stretch(*need)
    return columns, rows


def _lanes_apart(figure: Figure, boxes: dict[str, Box]) -> list[tuple[float, float, float]]:
    """Labels on lines that run down side by side need columns as wide as they are."""
    lanes: list[tuple[float, float, float, float]] = []  # column, from row, to row, width
    for edge in figure.edges:
        text = label_lines(edge, tall=True)
        (x1, y1), (x2, y2) = boxes[edge.source].place, boxes[edge.target].place
        if not text or edge.turns(tall=True) or y1 == y2:
            continue
        late = sum(other.target == edge.target for other in figure.edges) > sum(
            other.source == edge.source for other in figure.edges
        )
        wide = max(text_width(line, TEXT_SIZE, edge.meaning != "normal") for line in text)
        lanes.append((x1 if late else x2, min(y1, y2), max(y1, y2), wide))
    return [
        (min(x1, x2), max(x1, x2), (wide + other_wide) / 2 + 10)
        for (x1, y1, end, wide), (x2, y2, other_end, other_wide) in combinations(lanes, 2)
        if x1 != x2 and y1 < other_end and y2 < end
    ]


def label_lines(edge: Edge, tall: bool) -> list[str]:
    """An edge's label in lines short enough for its drawing."""
    return wrap(edge.label, 88 if tall else 128, TEXT_SIZE)


# --- lines --------------------------------------------------------------------------------------


@dataclass
class End:
    """Where a line touches a node: the side, and how far from the side's middle."""

    node: str
    side: str  # left, right, top, bottom
    delta: float  # where the line goes, measured along the side
    straight: bool
    offset: float = 0
    rank: int = 0  # 0 turns first


class Router:
    """Draws the lines of one drawing: along the flow, with one turn in and one out."""

    def __init__(
        self,
        figure: Figure,
        boxes: dict[str, Box],
        columns: Scale,
        rows: Scale,
        tall: bool,
        walls: list[Extent],
    ) -> None:
        """Find the side, the port and the turn of both ends of every edge."""
        self.boxes, self.tall = boxes, tall
        self.walls = dict(enumerate(walls))
        self.edges = figure.edges
        self.vias = [[(columns(x), rows(y)) for x, y in e.turns(tall)] for e in figure.edges]
        self.ends = [self._ends(edge, via) for edge, via in zip(self.edges, self.vias, strict=True)]
        self.by_side: dict[tuple[str, str], list[End]] = defaultdict(list)
        for both in self.ends:
            for end in both:
                self.by_side[end.node, end.side].append(end)
        self._spread_pairs()
        for ends in self.by_side.values():
            self._spread(ends)

    def lines(self) -> list[Line]:
        """Every edge with its points and its label."""
        return [self._line(number) for number in range(len(self.edges))]

    def _ends(self, edge: Edge, via: list[Point]) -> tuple[End, End]:
        one, other = self.boxes[edge.source], self.boxes[edge.target]
        stops = [(one.x, one.y), *via, (other.x, other.y)]
        made = []
        for name, here, there, far in (
            (edge.source, stops[0], stops[1], stops[-1]),
            (edge.target, stops[-1], stops[-2], stops[0]),
        ):
            dx, dy = there[0] - here[0], there[1] - here[1]
            vertical = abs(dx) < 1 or (abs(dy) >= 1 and self.tall)
            if vertical:
                side, delta = ("bottom" if dy > 0 else "top"), far[0] - here[0]
            else:
                side, delta = ("right" if dx > 0 else "left"), far[1] - here[1]
            straight = not via and (abs(dx) < 1 or abs(dy) < 1)
            made.append(End(name, side, 0 if straight else delta, straight))
        return made[0], made[1]

    def _spread_pairs(self) -> None:
        """Straight lines between the same two nodes run side by side."""
        pairs: dict[frozenset[str], list[tuple[End, End]]] = defaultdict(list)
        for one, other in self.ends:
            if one.straight:
                pairs[frozenset((one.node, other.node))].append((one, other))
        for pair in pairs.values():
            for number, both in enumerate(pair):
                for end in both:
                    end.offset = (number - (len(pair) - 1) / 2) * 20

    @staticmethod
    def _spread(ends: list[End]) -> None:
        """Ports along one side in the order of where their lines go, so that none cross."""
        straight = [end for end in ends if end.straight]
        bent = sorted((end for end in ends if not end.straight), key=lambda end: end.delta)
        up = [end for end in bent if end.delta < 0]
        down = [end for end in bent if end.delta >= 0]
        if straight:
            edge = max(abs(end.offset) for end in straight)
            for number, end in enumerate(reversed(up), 1):
                end.offset = -edge - number * PORTS_APART
            for number, end in enumerate(down, 1):
                end.offset = edge + number * PORTS_APART
        else:
            for number, end in enumerate(bent):
                end.offset = (number - (len(bent) - 1) / 2) * PORTS_APART
        for half in (up, down):
            for rank, end in enumerate(sorted(half, key=lambda end: -abs(end.delta))):
                end.rank = rank

    def _port(self, end: End) -> Point:
        box, gap = self.boxes[end.node], 5
        if end.side in ("left", "right"):
            sign = 1 if end.side == "right" else -1
            return box.x + sign * (box.half_width + gap), box.y + end.offset
        if end.side == "top":
            return box.x + end.offset, box.y - box.half_height - gap
        return box.x + end.offset, box.y + box.bottom + gap

    def _line(self, number: int) -> Line:
        edge, via, (first, last) = self.edges[number], list(self.vias[number]), self.ends[number]
        start, finish = self._port(first), self._port(last)
        if via:
            points = self._through(start, via, finish, first, last)
        elif first.straight:
            points = [start, finish]
        else:
            points = self._bent(start, finish, first, last)
        return Line(edge, points, self._label(edge, points, first, last))

    def _bent(self, start: Point, finish: Point, first: End, last: End) -> list[Point]:
        """Out, across, in; the turn is near the end where more lines meet."""
        along = 1 if self.tall else 0
        forward = 1 if finish[along] > start[along] else -1
        if self._turns_late(first, last):
            away = max(TURN + ARROW + self._sign_room(last), self._past_text(last))
            turn = finish[along] - forward * (away + last.rank * 10)
        else:
            away = max(TURN - 4, self._past_text(first))
            turn = start[along] + forward * (away + first.rank * 10)
        if self.tall:
            return [start, (start[0], turn), (finish[0], turn), finish]
        return [start, (turn, start[1]), (turn, finish[1]), finish]

    def _turns_late(self, first: End, last: End) -> bool:
        """Whether more lines meet at the target than at the source."""
        sides = self.by_side
        return len(sides[last.node, last.side]) > len(sides[first.node, first.side])

    def _past_text(self, end: End) -> float:
        """How far from a port a line that comes from below must turn, to miss the text."""
        below = end.side in ("left", "right") and end.delta > 0
        return self.boxes[end.node].overhang + 6 if below else 0

    def _sign_room(self, end: End) -> float:
        """Room for a sign between the turn and the arrow, where a line at this side has one."""
        arriving = [
            edge
            for edge, both in zip(self.edges, self.ends, strict=True)
            if (both[1].node, both[1].side) == (end.node, end.side)
        ]
        return 14 if any(edge.meaning in SIGNED for edge in arriving) else -4

    def _through(
        self, start: Point, via: list[Point], finish: Point, first: End, last: End
    ) -> list[Point]:
        """Through the author's points, shifted onto the ports, with right angles between."""
        for position, port, end in ((0, start, first), (-1, finish, last)):
            x, y = via[position]
            vertical = end.side in ("top", "bottom")
            via[position] = (port[0], y) if vertical else (x, port[1])
        points = [start]
        for stop in (*via, finish):
            x, y = points[-1]
            if abs(x - stop[0]) > 0.5 and abs(y - stop[1]) > 0.5:
                points.append((x, stop[1]) if self.tall else (stop[0], y))
            points.append(stop)
        return points

    def _label(self, edge: Edge, points: list[Point], first: End, last: End) -> Label | None:
        text = label_lines(edge, self.tall)
        if not text:
            return None
        segments = list(pairwise(points))
        if edge.turns(self.tall):
            chosen = max(segments, key=lambda ends: math.dist(*ends))
        else:  # the lane that the line has for itself
            chosen = segments[0] if self._turns_late(first, last) else segments[-1]
        (x1, y1), (x2, y2) = chosen
        # The end of the line belongs to the arrow and its sign.
        taken = ARROW + (22 if edge.meaning in SIGNED else 0)
        if chosen[1] == points[-1]:
            length = math.hypot(x2 - x1, y2 - y1) or 1
            x2, y2 = x2 - (x2 - x1) / length * taken, y2 - (y2 - y1) / length * taken
        for number in self.boxes[edge.source].groups ^ self.boxes[edge.target].groups:
            left, top, right, bottom = self.walls[number]
            x1, x2 = _outside(x1, x2, left, right)
            y1, y2 = _outside(y1, y2, top, bottom)
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        high, bold = len(text) * LINE / 2, edge.meaning != "normal"
        if abs(y1 - y2) < 0.5:
            below = first.straight and first.offset > 0
            return Label(text, x, y + (high + 6 if below else -high - 6), "middle", bold)
        if first.straight and first.offset:
            side = -1 if first.offset < 0 else 1
            return Label(text, x + side * 9, y, "end" if side < 0 else "start", bold)
        if self.tall:
            return Label(text, x, y, "middle", bold)
        return Label(text, x + 9, y, "start", bold)


def _outside(one: float, other: float, low: float, high: float) -> tuple[float, float]:
    """The part of a stretch that leads from the outside to a wall; all of it if none does."""
    if one == other:
        return one, other
    inside_one, inside_other = low < one < high, low < other < high
    if inside_one == inside_other:
        return one, other
    wall = (high if other > one else low) if inside_one else (low if other > one else high)
    return (wall, other) if inside_one else (one, wall)


# --- what holds things --------------------------------------------------------------------------


def _surround(figure: Figure, group: Group, boxes: dict[str, Box], tall: bool) -> Extent:
    """The boundary of a group, around the groups within it too."""
    left, top, right, bottom = _union([boxes[name].extent for name in group.nodes])
    inner = sum(set(other.nodes) < set(group.nodes) for other in figure.groups)
    side = GROUP_SIDE * (1 + inner)
    title = text_width(group.name, TEXT_SIZE, bold=True) + 2 * 12
    wide = max(0, title - (right - left + 2 * side)) / 2
    return (
        left - side - wide,
        top - GROUP_TOP[tall] - inner * 30,
        right + side + wide,
        bottom + GROUP_SIDE - 2 + inner * 12,
    )


def _titled(name: str, wall: Extent, lines: list[Line]) -> Wall:
    """Put the name where no line crosses it: along the top from the left, else along the foot."""
    left, top, right, bottom = wall
    wide = text_width(name, TEXT_SIZE, bold=True)
    lower = (left, top, right, bottom + GROUP_TOP[False] - GROUP_SIDE)
    room = int(right - left - wide) - 24
    places = [
        (x, y, x + wide, y + LINE)
        for y in (top + 6, lower[3] - LINE - 6)
        for x in (left + 12 + step for step in range(0, room + 1, 4))
    ]

    def crossings(place: Extent) -> int:
        return sum(
            1 + 2 * (line.edge.meaning in SIGNED)  # rather cross a plain line than a sign
            for line in lines
            for (x1, y1), (x2, y2) in pairwise(line.points)
            if overlap(place, (min(x1, x2) - 11, min(y1, y2), max(x1, x2) + 11, max(y1, y2)))
        )

    best = min(places, key=crossings)
    return Wall(wall if best[1] == top + 6 else lower, best)


def overlap(one: Extent, other: Extent) -> bool:
    """Whether two rectangles share ground."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def collisions(figure: Figure, drawing: Drawing) -> list[str]:
    """What lies on something else, in words: the author moves one of them."""
    boxes = {f"node {name}": box.parts for name, box in drawing.boxes.items()}
    boxes |= {f"note {number}": box.parts for number, box in enumerate(drawing.notes, 1)}
    things = boxes | {
        f"the label {line.edge.label!r} of {line.edge.source} to {line.edge.target}": [
            _shrunk(line.label.extent, 2)
        ]
        for line in drawing.lines
        if line.label
    }
    things |= {
        f"the name of group {group.name!r}": [_shrunk(wall.name, 2)]
        for group, wall in zip(figure.groups, drawing.groups, strict=True)
    }
    found = [
        f"{one} lies on {other}"
        for (one, here), (other, there) in combinations(things.items(), 2)
        if any(overlap(_shrunk(a, 1), b) for a, b in product(here, there))
    ]
    for line in drawing.lines:
        edge = line.edge
        own = {f"node {edge.source}", f"node {edge.target}"}
        for (x1, y1), (x2, y2) in pairwise(line.points):
            segment = (min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1)
            for thing, parts in boxes.items():
                if thing not in own and any(overlap(segment, part) for part in parts):
                    found.append(f"the edge {edge.source} to {edge.target} runs through {thing}")
    return list(dict.fromkeys(found))


def _shrunk(extent: Extent, by: float) -> Extent:
    return extent[0] + by, extent[1] + by, extent[2] - by, extent[3] - by


def _union(parts: list[Extent]) -> Extent:
    lefts, tops, rights, bottoms = zip(*parts, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
