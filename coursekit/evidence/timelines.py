"""The course's signature picture: who worked on what, from when to when, and what broke."""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.evidence import pictures
from coursekit.evidence.meanings import LINE, MEANINGS, MESSAGE_COLORS, MUTED, meaning_of

LANE_INCHES = 0.42


@dataclass(frozen=True)
class Bar:
    """One delivery or one piece of work; times in seconds. `message` gives it its color."""

    lane: str
    start: float
    end: float
    label: str = ""
    meaning: str = "normal"
    message: str = ""


@dataclass(frozen=True)
class Window:
    """A span behind the bars, such as a visibility timeout; times in seconds."""

    lane: str
    start: float
    end: float
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """A point in time that matters, in seconds."""

    at: float
    lane: str
    label: str
    meaning: str = "normal"


def timeline(
    title: str,
    *,
    lanes: Sequence[str],
    bars: Sequence[Bar],
    alt: str,
    windows: Sequence[Window] = (),
    marks: Sequence[Mark] = (),
) -> None:
    """Draw one lane a row, from the top; bars over windows; what broke outlined and signed.

    Raises ValueError for a lane that is not listed, a meaning that does not exist, or no `alt`.
    """
    for item in (*bars, *windows, *marks):
        if item.lane not in lanes:
            raise ValueError(f"{item} is on no listed lane: add {item.lane!r} to `lanes`")
    rows = {lane: len(lanes) - 1 - position for position, lane in enumerate(lanes)}
    drawn = pictures.figure(height=1.15 + LANE_INCHES * len(lanes))
    axes = drawn.subplots()
    last = max((bar.end for bar in bars), default=1.0)
    last = max(last, *(mark.at for mark in marks), 0.1)
    for window in windows:
        draw_window(axes, rows[window.lane], window, last)
    messages = list(dict.fromkeys(bar.message for bar in bars if bar.message))
    for bar in bars:
        color = MESSAGE_COLORS[messages.index(bar.message) % 6] if bar.message else None
        draw_bar(axes, rows[bar.lane], bar, color, last)
    for mark in marks:
        found = meaning_of(mark.meaning)
        axes.plot(mark.at, rows[mark.lane], "o", color=found.ink, markersize=8, zorder=4)
        axes.annotate(
            f"{found.sign} {mark.label}".strip(),
            (mark.at, rows[mark.lane]),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=found.ink,
            fontweight="bold",
        )
    axes.set_yticks(list(rows.values()), list(rows))
    axes.set_ylim(-0.6, len(lanes) - 0.4)
    axes.set_xlim(0, last * 1.02)
    axes.set_xlabel("seconds")
    axes.set_title(title)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    pictures.chart(drawn, alt)


def draw_window(axes: object, row: int, window: Window, last: float) -> None:
    waiting = MEANINGS["waiting"]
    axes.broken_barh(
        [(window.start, window.end - window.start)],
        (row - 0.44, 0.88),
        facecolor=waiting.ground,
        edgecolor=waiting.ink,
        linestyle=(0, (3, 2)),
        linewidth=1.1,
        zorder=1,
    )
    if window.label and window.end < last:
        axes.annotate(
            f"{waiting.sign} {window.label} ends",
            (window.end, row),
            xytext=(4, 11.5),  # above the bar, which may outlast its window
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=waiting.ink,
        )


def draw_bar(axes: object, row: int, bar: Bar, color: str | None, last: float) -> None:
    found = meaning_of(bar.meaning)
    plain = bar.meaning == "normal"
    axes.broken_barh(
        [(bar.start, bar.end - bar.start)],
        (row - 0.24, 0.48),
        facecolor=color or (LINE if plain else found.ground),
        edgecolor=MUTED if plain else found.ink,
        linewidth=0.8 if plain else 2.4,
        hatch="////" if bar.meaning == "broken" else None,
        zorder=2,
    )
    if bar.label:
        inside = (bar.end - bar.start) > last * 0.16
        axes.annotate(
            f"{found.sign} {bar.label}".strip(),
            ((bar.start + bar.end) / 2 if inside else bar.end, row),
            xytext=(0 if inside else 5, 0),
            textcoords="offset points",
            ha="center" if inside else "left",
            va="center",
            fontsize=9.5,
            color=found.ink,
            fontweight="normal" if plain else "bold",
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "#ffffffd8", "edgecolor": "none"},
            zorder=3,
        )
