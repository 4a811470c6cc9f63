"""README, SECURITY and CONTRIBUTING name what exists; the picture is what the lab last stored."""

import importlib.util
import json
import re

import pytest

from coursekit import readme
from coursekit.audit.__main__ import PARTS as LOOKS
from coursekit.evidence.numbers import RECORD_TYPE
from coursekit.paths import ROOT
from coursekit.upkeep.__main__ import PARTS
from manage import check
from manage.__main__ import OPTIONS, VERBS

README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
MADE = (".course/", "_build/")  # by running the course
MAXIMUM_BYTES = 80_000


def problems(text: str) -> list[str]:
    """Verbs, options, stages, modules and paths in a Markdown text that do not exist."""
    code = "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL))
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    commands = "\n".join([code, *spans])
    verbs = set(re.findall(r"^make ([a-z]\S*)", commands, re.MULTILINE))
    options = set(re.findall(r"\b([A-Z]+)=", commands))
    found = [f"make {verb}" for verb in sorted(verbs - VERBS.keys())]
    found += sorted(options - {option.partition("=")[0] for option in OPTIONS})
    stages = {name for row in re.findall(r"STAGE=([\w,]+)", commands) for name in row.split(",")}
    found += sorted(stages - check.all_names() - {*PARTS, *LOOKS})
    modules = set(re.findall(r"python -m ([\w.]+)", commands))
    found += sorted(name for name in modules if not importlib.util.find_spec(name))
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    targets += re.findall(r"python -m pytest (\S+)", commands)
    targets += re.findall(r'(?:src|srcset)="([^"]+)"', text)
    targets += [span for span in spans if re.fullmatch(r"[\w.<>/-]+(/|\.\w+)", span)]
    for target in targets:
        if target.startswith(("https://", "/", *MADE)):
            continue
        if not any(ROOT.glob(re.sub(r"<\w+>", "*", target).rstrip("/"))):
            found.append(target)
    return found


@pytest.mark.parametrize("name", ["README.md", "SECURITY.md", "CONTRIBUTING.md"])
def test_every_verb_option_and_path_exists(name):
    assert problems((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Run `make brew`.", "make brew"),
        ("```bash\nmake begin   # all\n```", "make begin"),
        ("`make lab LAB=vtf`", "LAB"),
        ("`make test STAGE=lint,brew`", "brew"),
        ("`.course/venv/bin/python -m nowhere check`", "nowhere"),
        ("```bash\npython -m pytest tests/nowhere.py\n```", "tests/nowhere.py"),
        ("[here](book/nowhere.md)", "book/nowhere.md"),
        ("`labs/<part>/nowhere.ipynb`", "labs/<part>/nowhere.ipynb"),
        ("`lab/`", "lab/"),
        ("`tock.yml`", "tock.yml"),
        ('<img src="book/images/nothing.svg">', "book/images/nothing.svg"),
    ],
)
def test_what_does_not_exist_is_seen(text, seen):
    assert problems(text) == [seen]


def test_the_makefile_has_the_same_verbs():
    listed = re.search(r"^VERBS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert set(listed.split()) == VERBS.keys()


@pytest.mark.parametrize("theme", readme.FILES)
def test_the_picture_is_what_the_lab_stored(theme):
    stored = readme.FILES[theme].read_text(encoding="utf-8")
    assert stored == readme.drawings()[theme], "run `make picture`"
    assert len(stored.encode()) < MAXIMUM_BYTES
    assert f'book/images/{readme.FILES[theme].name}"' in TEXT


def test_another_run_of_the_lab_is_seen(monkeypatch, tmp_path):
    lab = json.loads(readme.LAB.read_text(encoding="utf-8"))
    changed = json.dumps(lab).replace("paid again", "paid thrice")
    (tmp_path / "vtf.ipynb").write_text(changed)
    monkeypatch.setattr(readme, "LAB", tmp_path / "vtf.ipynb")
    assert all(
        readme.FILES[theme].read_text(encoding="utf-8") != svg
        for theme, svg in readme.drawings().items()
    )


def test_a_lab_without_outputs_is_refused(monkeypatch, tmp_path):
    lab = json.loads(readme.LAB.read_text(encoding="utf-8"))
    for cell in lab["cells"]:
        cell.pop("outputs", None)
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    (tmp_path / "vtf.ipynb").write_text(json.dumps(lab))
    monkeypatch.setattr(readme, "LAB", tmp_path / "vtf.ipynb")
    with pytest.raises(LookupError, match="make lab SLUG=vtf"):
        readme.drawings()


def test_the_words_around_it_are_what_the_lab_counted():
    assert f'alt="{readme.stored_picture().alt}"' in TEXT
    lab = json.loads(readme.LAB.read_text(encoding="utf-8"))
    records = [
        output["data"][RECORD_TYPE]
        for cell in lab["cells"]
        for output in cell.get("outputs", [])
        if RECORD_TYPE in output.get("data", {})
    ]
    broken = next(record["values"] for record in records if record["name"] == "broken")
    assert f"{broken['refunds_due']} refunds were due, {broken['payments']} were paid" in TEXT


def test_dark_exchanges_light_and_dark_and_keeps_the_hue():
    exchanged = {
        color: readme.darkened(re.fullmatch(r"#[0-9a-f]{6}", color))
        for color in ("#ffffff", "#000000", "#ff0000")
    }
    assert exchanged == {"#ffffff": "#121212", "#000000": "#ffffff", "#ff0000": "#ff1212"}
