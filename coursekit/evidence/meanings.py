"""The few meanings that the whole course draws alike: a colour, and a sign beside it."""

from dataclasses import dataclass

INK = "#1b1f24"
MUTED = "#57606a"
PAPER = "#ffffff"
LINE = "#c9d0d8"

# Okabe and Ito's colors for messages; vermillion and green are left to the meanings.
MESSAGE_COLORS = ("#56b4e9", "#e69f00", "#cc79a7", "#f0e442", "#0072b2", "#999999")


@dataclass(frozen=True)
class Meaning:
    """How one meaning looks: ink, ground, sign and word."""

    ink: str
    ground: str
    sign: str
    word: str


MEANINGS = {
    "normal": Meaning(INK, "#eef1f4", "", ""),
    "broken": Meaning("#b03a00", "#fdeee6", "✗", "broken"),
    "mended": Meaning("#00664a", "#e3f5ee", "✓", "mended"),
    "waiting": Meaning("#005e94", "#e5f1f9", "◌", "waiting"),
}


def meaning_of(name: str) -> Meaning:
    """The meaning of this name; ValueError names the ones there are."""
    if name not in MEANINGS:
        raise ValueError(f"no meaning {name!r}: use one of {', '.join(MEANINGS)}")
    return MEANINGS[name]
