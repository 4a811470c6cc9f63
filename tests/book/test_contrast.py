"""Every ink of the course's style sheet reads at 4.5:1 where it is used, in both themes."""

import re

import pytest

from coursekit.paths import ROOT

STYLE = ROOT / "coursekit/book/static/course.css"
MEANINGS = ("broken", "mended", "waiting", "exam", "today", "aws")


def themes(css):
    """Return the custom properties of the light and of the dark theme."""
    blocks = {
        "light": re.search(r"^:root \{(.*?)^\}", css, re.S | re.M),
        "dark": re.search(r'^html\[data-theme="dark"\] \{(.*?)^\}', css, re.S | re.M),
    }
    return {
        name: dict(re.findall(r"--ck-([\w-]+):\s*(#[0-9a-f]{6})", block.group(1)))
        for name, block in blocks.items()
    }


def luminance(colour):
    """Relative luminance as WCAG 2 defines it, 0 to 1."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pairs(tokens):
    """Yield (ink, ground, least ratio) for every combination that the pages use."""
    for ink in ("ink", "muted", "link", *MEANINGS):
        for ground in ("paper", "raised"):
            yield ink, ground, 4.5
    for meaning in MEANINGS:
        for ink in ("ink", "muted", "link", meaning):
            yield ink, f"{meaning}-soft", 4.5
        yield "paper", meaning, 4.5  # labels are paper on the meaning's colour
    yield "edge", "paper", 3.0
    yield "edge", "raised", 3.0


def too_faint(css):
    return [
        f"{theme}: {ink} on {ground} is {contrast(tokens[ink], tokens[ground]):.2f}:1"
        for theme, tokens in themes(css).items()
        for ink, ground, least in pairs(tokens)
        if contrast(tokens[ink], tokens[ground]) < least
    ]


def test_every_ink_is_readable():
    assert too_faint(STYLE.read_text()) == []


def test_the_formula_agrees_with_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_faint_ink_is_refused():
    css = STYLE.read_text().replace("--ck-broken: #b03a00", "--ck-broken: #e8803c")
    assert any("light: broken on paper" in problem for problem in too_faint(css))
