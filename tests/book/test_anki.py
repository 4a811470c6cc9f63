"""The package for Anki: opened, it holds every card; built again, it is the same, or an update."""

import json
import re
import sqlite3
import zipfile

import pytest

from coursekit.book import anki
from coursekit.content import load_facts, load_flashcards
from coursekit.content.flashcards import KINDS

REVISED = 1_790_000_000
FIELDS = ["Front", "Back", "Kind", "Where"]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The course's own deck, packed."""
    file = tmp_path_factory.mktemp("anki") / "flashcards.apkg"
    anki.write_package(load_flashcards(), load_facts(), file, REVISED)
    return file


@pytest.fixture
def opened(package, tmp_path):
    return read(package, tmp_path)


def read(package, folder):
    """Unpack as Anki does: a zip, a list of media, a collection in SQLite."""
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    collection = sqlite3.connect(folder / "collection.anki2")
    collection.row_factory = sqlite3.Row
    return collection


def notes(collection):
    rows = collection.execute("SELECT * FROM notes").fetchall()
    return [dict(row) | dict(zip(FIELDS, row["flds"].split("\x1f"), strict=True)) for row in rows]


def test_every_card_is_in_it_once(opened):
    cards = load_flashcards()
    assert opened.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert len({note["guid"] for note in notes(opened)}) == len(cards)
    rows = opened.execute("SELECT nid, ord, did, due FROM cards").fetchall()
    assert len(rows) == len(cards)
    assert {row["nid"] for row in rows} == {note["id"] for note in notes(opened)}
    assert {(row["ord"], row["did"]) for row in rows} == {(0, anki.DECK_ID)}
    assert sorted(row["due"] for row in rows) == list(range(1, len(cards) + 1))


def test_deck_and_kind_of_note_are_the_ones_that_anki_knows(opened):
    row = opened.execute("SELECT models, decks FROM col").fetchone()
    model = json.loads(row["models"])[str(anki.MODEL_ID)]
    assert [field["name"] for field in model["flds"]] == FIELDS
    assert json.loads(row["decks"])[str(anki.DECK_ID)]["name"] == anki.DECK


def test_fronts_and_backs_say_something_and_no_role_is_left(opened):
    for note in notes(opened):
        assert re.sub(r"<[^>]+>", "", note["Front"]).strip()
        assert re.sub(r"<[^>]+>", "", note["Back"]).strip()
        assert "{" not in note["Front"] + note["Back"] + note["Where"]
        assert note["Kind"] in {heading.label for heading in KINDS.values()}
        assert note["tags"].startswith(" kind::")


def test_the_number_of_a_limit_is_in_its_back(opened):
    facts = load_facts()
    default = facts["apigw-rest-integration-timeout"].value["default_s"]
    (note,) = [note for note in notes(opened) if note["guid"] == guid("limit-rest-timeout")]
    assert f"{default}\u00a0s by default" in note["Back"]
    assert ">Exam</span>" in note["Back"]


def test_no_media_is_named_and_none_is_missing(package, opened):
    with zipfile.ZipFile(package) as archive:
        assert sorted(archive.namelist()) == ["collection.anki2", "media"]
        assert json.loads(archive.read("media")) == {}
    for note in notes(opened):
        assert not re.search(r"<img|<audio|\[sound:|url\(|src=", note["flds"])


def test_no_address_outside_is_in_it(package):
    with zipfile.ZipFile(package) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert not re.search(rb"https?:|(?:src|href)=|@import", content)


def test_the_same_cards_give_the_same_bytes(package, tmp_path):
    again = tmp_path / "again.apkg"
    anki.write_package(load_flashcards(), load_facts(), again, REVISED)
    assert again.read_bytes() == package.read_bytes()


def test_a_changed_card_is_the_same_note_and_newer(opened, tmp_path):
    cards = load_flashcards()
    cards[0] = cards[0].model_copy(update={"back": "Something else."})
    file = tmp_path / "later.apkg"
    anki.write_package(cards, load_facts(), file, REVISED + 60)
    (tmp_path / "later").mkdir()
    later = {note["guid"]: note for note in notes(read(file, tmp_path / "later"))}
    before = {note["guid"]: note for note in notes(opened)}
    assert later.keys() == before.keys()
    assert later[guid(cards[0].id)]["Back"] != before[guid(cards[0].id)]["Back"]
    assert all(later[name]["mod"] > before[name]["mod"] for name in before)


def guid(name):
    return anki.genanki.guid_for(anki.GUID_SPACE, name)
