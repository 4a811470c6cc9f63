"""Evidence is the same bytes for the same data, and refuses what a reader could not use."""

import pytest

from coursekit import evidence
from coursekit.evidence import numbers, pictures

BARS = [evidence.Bar("worker", 0, 2, "paid", message="r1")]


def bundles(monkeypatch) -> list[dict]:
    shown = []
    for module in (numbers, pictures):
        monkeypatch.setattr(module, "display", lambda bundle, raw: shown.append(bundle))
    return shown


def test_a_record_shows_its_numbers_and_keeps_them_for_the_book(monkeypatch):
    shown = bundles(monkeypatch)
    evidence.record("broken", payments=1024)
    assert shown[0][numbers.RECORD_TYPE] == {"name": "broken", "values": {"payments": 1024}}
    assert "1,024" in shown[0]["text/html"] and "1,024" in shown[0]["text/plain"]


def test_a_record_without_values_is_refused():
    with pytest.raises(ValueError, match="pass them by name"):
        evidence.record("broken")


def test_a_meaning_is_told_by_a_sign_too():
    bundle = numbers.table_bundle([{"queue": "a", "given up": "some"}], "Two", {"some": "broken"})
    assert '<td class="ck-broken">✗ some</td>' in bundle["text/html"]
    assert "✗ some" in bundle["text/plain"]


def test_an_unknown_meaning_names_the_known_ones():
    with pytest.raises(ValueError, match="broken, mended"):
        numbers.table_bundle([{"a": "x"}], "One", {"x": "bad"})


def test_a_table_without_rows_is_refused():
    with pytest.raises(ValueError, match="has no rows"):
        numbers.table_bundle([], "Empty")


def test_cells_are_escaped():
    assert "&lt;b&gt;" in numbers.table_bundle([{"a": "<b>"}], "One")["text/html"]


def test_the_same_data_gives_the_same_picture(monkeypatch):
    shown = bundles(monkeypatch)
    for _ in range(2):
        evidence.timeline("t", lanes=["worker"], bars=BARS, alt="One worker pays once.")
    assert shown[0] == shown[1]
    assert 'alt="One worker pays once."' in shown[0]["text/html"]
    assert "http://www.w3.org/2000/svg" in shown[0]["text/html"]


def test_a_title_stands_once_wherever_it_was_set(monkeypatch):
    shown = bundles(monkeypatch)
    drawn = evidence.figure()
    drawn.subplots().set_title("Set outside the style")
    evidence.chart(drawn, alt="A title.")
    assert shown[0]["text/html"].count("Set outside the style") == 1


def test_a_picture_without_alt_is_refused():
    with pytest.raises(ValueError, match="needs `alt`"):
        evidence.chart(evidence.figure(), alt=" ")


def test_a_bar_on_no_lane_is_refused():
    with pytest.raises(ValueError, match="add 'worker' to `lanes`"):
        evidence.timeline("t", lanes=["other"], bars=BARS, alt="x")
