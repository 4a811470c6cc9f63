"""A decision guide on one page: a card for each question, an arrow for each answer.

Drawn twice like every figure, 690 pixels wide for a page and 380 for a phone, as inline SVG in the
course's color tokens. Steps that no answer leads to are left out.
"""

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from coursekit.content.facts import fact_text, load_facts
from coursekit.content.guide import Answer, Guide, Outcome, Step
from coursekit.figures.layout import wrap

FIGURE_STYLE = Path(__file__).with_name("figures.css")
STYLE = Path(__file__).with_name("guide.css")

ASK, SAY = 15, 13  # sizes of text, pixels
ASK_LINE, SAY_LINE = 19, 16.5
PAD, GAP = 10, 12  # inside a card, and between two
LANE = 13  # between two lines at the right
DISC = 11  # radius of a question's number
_FACT = re.compile(r"\{fact\}`([^`]+)`")


@dataclass(frozen=True)
class Shape:
    """The measures in which the two drawings differ, in pixels."""

    width: float
    lanes: float  # room for the lines at the right
    outcome: float  # width of an outcome's box
    below: bool  # the outcome stands below the answer's words


WIDE = Shape(width=690, lanes=46, outcome=268, below=False)
TALL = Shape(width=380, lanes=44, outcome=268, below=True)


def render_guide_picture(guide: Guide) -> str:
    """Return the guide as a figure: two drawings, one shown at a time, and a text alternative."""
    style = " ".join(f"{FIGURE_STYLE.read_text('utf-8')} {STYLE.read_text('utf-8')}".split())
    wide, tall = (_Drawing(guide, shape).svg() for shape in (WIDE, TALL))
    # HTML lets a style stand in a drawing, but not beside one; it holds for both.
    wide = wide.replace("</desc>", f"</desc><style>{style}</style>", 1)
    return (
        f'<figure class="ck-figure ck-guide-picture" id="picture-{guide.id}">{wide}{tall}'
        f'<figcaption id="picture-{guide.id}-title">{escape(guide.title)}</figcaption></figure>'
    )


def text_alternative(guide: Guide) -> str:
    """Return the guide in words: each question with its answers and where they lead."""
    numbers = _numbers(guide)
    lines = []
    for step in _steps(guide):
        ways = "; ".join(
            f"{plain(answer.say)}: {_target(guide, answer, numbers)}" for answer in step.answers
        )
        lines.append(f"{numbers[step.id]}. {plain(step.ask)} {ways}.")
    return " ".join(lines)


def plain(text: str) -> str:
    """Return a text of the guide without its markup."""
    if "{fact}" in text:
        facts = load_facts()
        text = _FACT.sub(lambda role: fact_text(role[1], facts), text)
    return re.sub(r"[`*]", "", text).strip()


def _steps(guide: Guide) -> list[Step]:
    missed = guide.find_defects().unreachable
    return [step for step in guide.steps if step.id not in missed]


def _numbers(guide: Guide) -> dict[str, int]:
    return {step.id: number for number, step in enumerate(guide.steps, start=1)}


def _target(guide: Guide, answer: Answer, numbers: dict[str, int]) -> str:
    if answer.to is None:
        return "leads nowhere"
    place = guide.places[answer.to]
    return plain(place.title) if isinstance(place, Outcome) else f"question {numbers[place.id]}"


class _Drawing:
    """One drawing: cards are stacked, then lines are led from answers to cards at the right."""

    def __init__(self, guide: Guide, shape: Shape) -> None:
        self.guide, self.shape = guide, shape
        self.numbers = _numbers(guide)
        self.right = shape.width - shape.lanes  # where the cards end
        self.parts: list[str] = []
        self.cards: dict[str, float] = {}  # step -> y where lines come in
        self.going: dict[str, list[float]] = {}  # step -> y of the answers that lead there
        self.y = 2.0
        for step in _steps(guide):
            self.card(step)

    def card(self, step: Step) -> None:
        top = self.y
        inner = self.right - 2 * PAD
        words = wrap(plain(step.ask), inner - 2 * DISC - 34, ASK, bold=True)
        self.y += PAD
        drawn = [self.disc(PAD + DISC + 1, self.y + DISC, self.numbers[step.id])]
        drawn += self.lines(words, PAD + 2 * DISC + 10, self.y + 15, ASK_LINE, "ask")
        self.cards[step.id] = self.y + DISC
        self.y += max(2 * DISC, len(words) * ASK_LINE) + 5
        for answer in step.answers:
            drawn += self.answer(answer)
        height = self.y - top
        self.parts.append(
            f'<g class="card"><rect x="1" y="{_n(top)}" width="{_n(self.right - 1)}" '
            f'height="{_n(height)}" rx="8"/>{"".join(drawn)}</g>'
        )
        self.y += GAP

    def answer(self, answer: Answer) -> list[str]:
        shape = self.shape
        left = PAD + 2 * DISC + 10
        room = self.right - left - PAD - (0 if shape.below else shape.outcome + 34)
        place = self.guide.places.get(answer.to or "")
        onward = isinstance(place, Step)
        if onward:
            room = self.right - left - 56
        words = wrap(plain(answer.say), room, SAY)
        high = len(words) * SAY_LINE
        box = 26.0
        if onward or not shape.below:
            row = max(high, box)
            first, middle = self.y + (row - high) / 2, self.y + row / 2
        else:
            row = high + box + 4
            first, middle = self.y, self.y + high + 3 + box / 2
        drawn = self.lines(words, left, first + SAY * 0.95, SAY_LINE, "say")
        if onward:
            self.going.setdefault(place.id, []).append(middle)
            drawn.append(
                f'<text class="on" x="{_n(self.right - 8)}" y="{_n(middle + 4.5)}" '
                f'text-anchor="end">{self.numbers[place.id]}</text>'
            )
        else:
            drawn.append(self.end(plain(place.title) if place else "leads nowhere", middle, place))
        self.y += row + 7
        return drawn

    def end(self, title: str, middle: float, place: Outcome | None) -> str:
        width = self.shape.outcome
        x = self.right - PAD - width
        kind = "end" if place else "end broken"
        return (
            f'<path class="way" d="M{_n(x - 22)} {_n(middle)}h15"/>'
            f'<path class="tip" d="M{_n(x - 9)} {_n(middle - 5)}l8 5l-8 5z"/>'
            f'<g class="{kind}"><rect x="{_n(x)}" y="{_n(middle - 13)}" width="{_n(width)}" '
            f'height="26" rx="13"/><text x="{_n(x + width / 2)}" y="{_n(middle + 4.7)}" '
            f'text-anchor="middle">{escape(title)}</text></g>'
        )

    def lanes(self) -> str:
        """The lines at the right: one lane for each card, apart from those it runs beside."""
        spans = {name: (min(ys), self.cards[name]) for name, ys in self.going.items() if ys}
        lanes: list[float] = []  # where each lane is free again
        drawn = []
        for name, (top, bottom) in sorted(spans.items(), key=lambda item: item[1]):
            lane = next((n for n, free in enumerate(lanes) if free < top - 4), len(lanes))
            lanes[lane : lane + 1] = [bottom]
            x = self.right + LANE * (lane + 1)
            starts = "".join(f"M{_n(self.right)} {_n(y)}H{_n(x)}" for y in self.going[name])
            drawn.append(
                f'<path class="way" d="{starts}M{_n(x)} {_n(top)}V{_n(bottom)}'
                f'H{_n(self.right + 8)}"/><path class="tip" d="M{_n(self.right + 9)} '
                f'{_n(bottom - 5)}l-8 5l8 5z"/>'
            )
        return "".join(drawn)

    def disc(self, x: float, y: float, number: int) -> str:
        return (
            f'<circle class="number" cx="{_n(x)}" cy="{_n(y)}" r="{DISC}"/><text class="number" '
            f'x="{_n(x)}" y="{_n(y + 4.7)}" text-anchor="middle">{number}</text>'
        )

    def lines(self, words: list[str], x: float, y: float, apart: float, kind: str) -> list[str]:
        return [
            f'<text class="{kind}" x="{_n(x)}" y="{_n(y + number * apart)}">{escape(line)}</text>'
            for number, line in enumerate(words)
        ]

    def svg(self) -> str:
        kind = "tall" if self.shape is TALL else "wide"
        name = f"picture-{self.guide.id}"
        width, height = _n(self.shape.width), _n(self.y)
        return (
            f'<svg class="ck-figure-{kind}" xmlns="http://www.w3.org/2000/svg" role="img" '
            f'aria-labelledby="{name}-title" aria-describedby="{name}-{kind}" '
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
            f'<desc id="{name}-{kind}">{escape(text_alternative(self.guide))}</desc>'
            f"{''.join(self.parts)}{self.lanes()}</svg>"
        )


def _n(number: float) -> str:
    """A number as short as a tenth of a pixel needs."""
    return f"{round(number, 1) + 0:.1f}".removesuffix(".0")
