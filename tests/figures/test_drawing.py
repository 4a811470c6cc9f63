"""Both drawings are complete, readable and the same for the same source."""

import itertools
import xml.etree.ElementTree as ET

import pytest

from coursekit.content.errors import ContentError
from coursekit.figures import load_figure, render_figure
from coursekit.figures.drawing import WIDEST
from coursekit.figures.layout import lay_out, text_width, wrap
from coursekit.figures.services import SERVICES
from coursekit.paths import FIGURES

from .conftest import SOURCES

SAMPLES = [*sorted(SOURCES.glob("*.yml")), *sorted(FIGURES.glob("*.yml"))]


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_every_figure_is_well_formed_and_argues(file):
    figure = load_figure(file)
    root = ET.fromstring(render_figure(file).replace("&nbsp;", " "))
    svgs = [child for child in root if child.tag.endswith("svg")]
    assert len(svgs) == 2
    for svg, tall in zip(svgs, (False, True), strict=True):
        assert svg.get("role") == "img"
        described = [node for node in svg.iter() if node.get("id") == svg.get("aria-describedby")]
        assert described[0].text == figure.alt
        assert float(svg.get("width")) <= WIDEST[tall] + 20
        said = " ".join(text.text for text in svg.iter() if text.tag.endswith("text"))
        for node in figure.nodes.values():
            assert node.name in said


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_ids_are_unique(file):
    ids = [node.get("id") for node in ET.fromstring(render_figure(file)).iter() if node.get("id")]
    assert len(ids) == len(set(ids))


def test_the_same_source_gives_the_same_bytes():
    assert render_figure(SOURCES / "saga.yml") == render_figure(SOURCES / "saga.yml")


def test_what_breaks_is_told_by_a_sign_too():
    drawn = render_figure(SOURCES / "queue.yml")
    assert drawn.count('class="edge broken"') == drawn.count('class="edge-label broken"') == 4
    assert drawn.count('class="sign broken"') >= 4


def test_text_is_escaped(source):
    assert "a &lt; b" in render_figure(source(title="a < b"))


def test_the_tall_drawing_turns_the_wide_one(source):
    figure = load_figure(SOURCES / "queue.yml")
    wide, tall = lay_out(figure, tall=False), lay_out(figure, tall=True)
    assert wide.boxes["queue"].x < wide.boxes["table"].x
    assert wide.boxes["first"].y < wide.boxes["second"].y
    assert tall.boxes["queue"].y < tall.boxes["table"].y
    assert tall.boxes["first"].x < tall.boxes["second"].x


@pytest.mark.parametrize("tall", [False, True])
def test_lines_that_leave_one_side_do_not_cross(tall):
    figure = load_figure(SOURCES / "fan-out.yml")
    leaving = [line for line in lay_out(figure, tall).lines if line.edge.source == "topic"]

    def crosses(a, b, c, d) -> bool:
        def turn(p, q, r):
            return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

        return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0

    for one, other in itertools.combinations(leaving, 2):
        for first, second in itertools.product(
            itertools.pairwise(one.points), itertools.pairwise(other.points)
        ):
            assert not crosses(*first, *second)


def test_a_node_in_the_way_of_an_edge_is_refused(source):
    nodes = {
        name: {"service": "lambda", "name": name, "at": [column, 1]}
        for column, name in enumerate(("one", "two", "three"), 1)
    }
    file = source(nodes=nodes, edges=[{"from": "one", "to": "three"}], groups=[])
    with pytest.raises(ContentError, match="the edge one to three runs through node two"):
        render_figure(file)


def test_an_edge_led_around_is_accepted(source):
    nodes = {
        name: {"service": "lambda", "name": name, "at": [column, 1]}
        for column, name in enumerate(("one", "two", "three"), 1)
    }
    edges = [{"from": "one", "to": "three", "via": [[1, 0], [3, 0]], "label": "back"}]
    assert "back" in render_figure(source(nodes=nodes, edges=edges, groups=[]))


def test_a_drawing_too_wide_to_read_is_refused(source):
    nodes = {
        f"n{column}": {"service": "lambda", "name": f"Function {column}", "at": [column, 1]}
        for column in range(1, 12)
    }
    with pytest.raises(ContentError, match="text gets too small"):
        render_figure(source(nodes=nodes, edges=[], groups=[]))


@pytest.mark.parametrize("text", ["one", "window over: delivery 2", "a" * 40, "a b c d e f g"])
def test_wrapped_text_keeps_its_words_and_its_width(text):
    lines = wrap(text, 88, 13)
    assert " ".join(lines) == text
    assert all(text_width(line, 13) <= 88 or " " not in line for line in lines)


def test_every_service_has_a_drawing_and_readable_strokes():
    def luminance(color: str) -> float:
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for name, service in SERVICES.items():
        assert service.strokes or service.fills or name == "state"
        assert 1.05 / (luminance(service.color) + 0.05) >= 3, f"white on {name} is too faint"
