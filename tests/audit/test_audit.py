"""The audit's own work: what it makes of what its programs say.

The programs run in `make audit`, each on a page with planted faults first.
"""

import gzip
import urllib.error
import urllib.request

import pytest

from coursekit.audit import __main__ as audit
from coursekit.audit import lighthouse
from coursekit.audit.node import AuditError, run
from coursekit.audit.report import Finding, Report
from coursekit.audit.serving import serve

GOOD = {"performance": 95, "accessibility": 100, "best practices": 100, "SEO": 95}


def told(**scores):
    causes = {category: ["Slow (9 s)", "Heavy"] for category in GOOD}
    return {"error": "", "scores": GOOD | scores, "causes": causes, "bytes": 2048}


def test_pages_below_the_bar_come_first_and_their_faults_are_told():
    report = Report()
    report.add("a.html", Finding({"axe": 0}))
    report.add("b.html", Finding({"axe": 8}, [f"fault {n}" for n in range(8)]))
    report.add("a.html", Finding({"html": 0}))
    text = report.text()
    assert report.is_bad()
    assert text.startswith("2 pages, 1 below the bar\n")
    assert "- fault 5\n- and 2 more\n" in text
    assert "fault 6" not in text
    assert text.endswith("| b.html |  |  |  |  |  | 8 |  |\n| a.html |  |  |  |  |  | 0 | 0 |\n")


def test_good_pages_pass_and_no_pages_do_not():
    report = Report()
    assert report.is_bad()
    report.add("a.html", Finding({"axe": 0}))
    assert not report.is_bad()


@pytest.mark.parametrize("category", GOOD)
def test_a_score_below_the_bar_is_a_fault_with_its_causes(category):
    assert lighthouse.finding_of(told()).faults == []
    score = GOOD[category] - 1
    (fault,) = lighthouse.finding_of(told(**{category: score})).faults
    assert fault == f"lighthouse: {category} {score} < {score + 1}: Slow (9 s); Heavy"


def test_a_page_that_could_not_be_loaded_is_a_fault():
    finding = lighthouse.finding_of(told() | {"error": "no page"})
    assert finding.faults == ["lighthouse: no page"]


def test_a_program_that_says_nothing_is_an_error(tmp_path, monkeypatch):
    program = tmp_path / "program"
    program.write_text("echo no >&2")
    monkeypatch.setenv("COURSE_NODE", "sh")
    with pytest.raises(AuditError, match="no"):
        run(program)


def test_pages_are_served_compressed(tmp_path):
    (tmp_path / "a.html").write_text("ä" * 99, "utf-8")
    (tmp_path / "a.png").write_bytes(b"png")
    with serve(tmp_path) as address:
        with urllib.request.urlopen(f"{address}/a.html") as page:
            assert page.headers["Content-Encoding"] == "gzip"
            assert page.headers["Content-Type"] == "text/html; charset=utf-8"
            assert gzip.decompress(page.read()).decode() == "ä" * 99
        with urllib.request.urlopen(f"{address}/a.png") as picture:
            assert picture.headers["Content-Encoding"] is None
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/b.html")


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A small book, and an audit whose one part finds what the test says."""
    for name in ("index.html", "book/a.html", "book/b.html", "_static/c.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(audit, "HTML", tmp_path)
    monkeypatch.setattr(audit, "REPORT", tmp_path / "audit.md")
    monkeypatch.setattr(audit, "STATE", tmp_path / "state")

    def start(planted, found, *arguments):
        def look(folder, address, pages):
            faults = planted if folder == audit.PLANTED.parent else found
            yield from ((page, Finding({"axe": len(faults)}, faults)) for page in pages)

        monkeypatch.setattr(audit, "PARTS", {"axe": look})
        monkeypatch.setattr("sys.argv", ["audit", *arguments])
        return audit.main()

    return start


def test_the_pages_of_the_book_are_looked_at(built, capsys):
    assert built(["planted"], []) == 0
    assert "axe 2/2 book/b.html: axe 0\n" in capsys.readouterr().out


def test_some_pages_alone(built, capsys):
    assert built(["planted"], [], "axe", "--only", "/b") == 0
    assert "axe 1/1 book/b.html" in capsys.readouterr().out


def test_a_fault_fails_the_audit(built):
    assert built(["planted"], ["fault"]) == 1


def test_a_blind_part_fails_the_audit(built, capsys):
    assert built([], []) == 1
    assert "axe found nothing in planted.html: it is blind" in capsys.readouterr().err
