"""What ages is found, what could not be looked at is said, and silence means that nothing is."""

import json
from datetime import date
from urllib.parse import urlsplit

import pytest

from coursekit.upkeep import audit, facts, links
from coursekit.upkeep.report import MAXIMUM_CHARACTERS, Section, text_of

FACT = """- id: {name}
  topic: lambda
  common_claim: null
  verdict: correct
  exam_answer: null
  current: Words.
  source: ['{source}']
  checked: {checked}
"""


@pytest.fixture
def course(tmp_path):
    """A course's folder with facts given as (name, source, day of the last look)."""

    def make(*entries, readme=""):
        (tmp_path / "book").mkdir(exist_ok=True)
        rows = [FACT.format(name=a, source=b, checked=f"'{c}'") for a, b, c in entries]
        (tmp_path / "book" / "facts.yml").write_text("".join(rows) or "[]")
        (tmp_path / "README.md").write_text(readme)
        return tmp_path

    return make


def findings(sections):
    return [section.findings for section in sections]


def test_links_that_lead_nowhere(web, course):
    good, gone = web.put("/good", "x"), f"{web.base}/gone"
    shy = web.put("/shy", "x", status=403)
    nobody = "http://127.0.0.1:1/"
    lab = course(
        ("one", f"{gone}#part", "2026-11-24"),
        readme=f"[a]({good}) [b]({shy}) <{nobody}> [c](book/intro.md)",
    )
    broken, unsure = findings(links.look(lab))
    assert [row.split(" (in ")[1] for row in broken] == ["README.md)", "the fact one)"]
    assert broken[0].startswith(f"{nobody}: ")
    assert broken[1].startswith(f"{gone}: 404")
    assert unsure == (f"{shy}: 403 Forbidden",)


def test_links_in_labs_and_with_brackets(course):
    root = course(readme="[a](https://a.example/x_(y)) and [b](https://b.example).")
    (root / "labs" / "part").mkdir(parents=True)
    cells = [
        {"cell_type": "markdown", "source": ["[c](https://c.example/)"]},
        {"cell_type": "code", "source": ["'[d](https://d.example/)'"]},
    ]
    (root / "labs" / "part" / "x.ipynb").write_text(json.dumps({"cells": cells}))
    assert [url for url, _ in links.outside_links(root)] == [
        *("https://a.example/x_(y)", "https://b.example", "https://c.example/"),
    ]


class Look:
    """One look at facts after the other, with what is stored between them."""

    def __init__(self, root, web):
        self.root, self.hosts = root, {urlsplit(web.base).netloc}

    def __call__(self, today="2026-12-01", store=False):
        file, stored = self.root / "book" / "facts.yml", self.root / "pages.json"
        return findings(
            facts.look(store, file, stored, self.hosts, date.fromisoformat(today)),
        )


@pytest.fixture
def look(tmp_path, web):
    return Look(tmp_path, web)


def test_old_facts(course, look):
    course(("old", "memory: x", "2025-11-30"), ("fresh", "memory: x", "2025-12-01"))
    assert look() == [("`old`, 2025-11-30",), (), ()]


def page(words, around="menu"):
    return f"<html><nav>{around}</nav><main><p>{words}</p><script>{around}</script></main></html>"


def test_a_page_that_changed_is_told_until_somebody_looked(web, course, look):
    url = web.put("/limits", page("29 seconds"))
    course(("limit", f"{url}#quota", "2026-11-24"))
    told = f"{url} (`limit`)"
    assert look() == [(), (), (told,)], "no digest is kept yet"
    assert look(store=True) == [(), (), ()]
    web.put("/limits", page("29 \n seconds", around="another menu"))
    assert look() == [(), (), ()], "the same words"
    web.put("/limits", page("300 seconds"))
    assert look() == [(), (told,), ()]
    assert look(store=True) == [(), (told,), ()], "a change that nobody looked at stays told"
    course(("limit", url, "2026-11-30"))
    assert look() == [(), (), (told,)]
    assert look(store=True) == look() == [(), (), ()]


def test_of_a_page_no_words_are_stored(web, course, look):
    url = web.put("/limits", page("a sentence of somebody else's"))
    course(("limit", url, "2026-11-24"))
    look(store=True)
    stored = json.loads((look.root / "pages.json").read_text())
    assert stored.keys() == {url}
    assert stored[url].keys() == {"checked", "words"}
    assert len(stored[url]["words"]) == 16


@pytest.mark.parametrize("status", [404, 500])
def test_a_page_that_is_not_there_gives_no_digest(web, course, look, status):
    url = web.put("/limits", "<main>gone</main>", status=status)
    course(("limit", url, "2026-11-24"))
    assert look(store=True) == [(), (), (f"{url} (`limit`)",)]


def test_weaknesses_of_python_packages():
    weak = {"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": [], "description": ""}
    output = {
        "dependencies": [
            {"name": "good", "version": "1.0", "vulns": []},
            {"name": "bad", "version": "2.0", "vulns": [weak, weak | {"fix_versions": []}]},
            {"name": "odd", "skip_reason": "not found"},
        ],
        "fixes": [],
    }
    assert audit.rows_of_pip_audit(json.dumps(output)) == [
        "bad 2.0: PYSEC-1, mended in 2.1",
        "bad 2.0: PYSEC-1, mended in no version yet",
        "odd could not be looked up: not found",
    ]


def test_weaknesses_of_npm_packages():
    found = {"vulnerabilities": {"tslib": {"range": "<2", "severity": "high"}}}
    assert audit.rows_of_npm(json.dumps(found)) == ["tslib <2: high"]


def test_an_audit_that_could_not_run_is_a_finding(tmp_path, monkeypatch):
    program = tmp_path / "tool"
    program.write_text("#!/bin/sh\necho '{\"error\": {}}'; echo no network >&2; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("COURSE_UV", str(program))
    monkeypatch.setattr(audit.shutil, "which", lambda name: str(program))
    (row,) = audit.audit_lock(tmp_path / "requirements.txt")
    assert row == "requirements.txt could not be looked at: no network"
    assert audit.audit_npm(tmp_path) == ["package-lock.json could not be looked at: no network"]


WORK = Section("Work", "Do it.", ("one", "two"))
RECORD = Section("Record", "See.", ("three",), apart=True)


def test_the_report():
    assert text_of([WORK, Section("None", "x", ()), RECORD]) == (
        "## Work\n\nDo it.\n\n- one\n- two\n\n## Record\n\nSee.\n\n- three\n"
    )


def test_a_record_alone_opens_no_issue():
    assert text_of([RECORD, Section("None", "x", ())]) == ""


def test_a_long_report_fits_into_an_issue():
    text = text_of([Section("Work", "Do it.", ("x" * 99,) * 1000)])
    assert len(text) < MAXIMUM_CHARACTERS + 100
    assert text.endswith("`make upkeep` shows it.\n")
