"""The flashcards as a package for Anki, with ids that stay: a new import updates the old one."""

import io
import zipfile
from html import escape
from pathlib import Path

import genanki

from coursekit.content import Fact, Flashcard, find_chapter
from coursekit.content.flashcards import KINDS, back_html, front_html, in_learning_order

DECK = "Serverless, broken on purpose"
# Drawn once. Anki knows the deck, the kind of note and (by its guid) each note by these.
DECK_ID = 1_792_504_331
MODEL_ID = 1_446_882_907
GUID_SPACE = "serverless-broken-on-purpose"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

STYLE = """
.card { font: 20px/1.5 sans-serif; max-width: 34rem; margin: 0 auto; padding: 1rem;
  text-align: left; color: #1b1f24; background: #ffffff; }
.kind, .where { font-size: 15px; color: #57606a; }
.front { font-size: 24px; line-height: 1.35; }
.ck-mark { padding: 0 0.4em; border: 1px solid currentColor; border-radius: 3px;
  font-size: 15px; font-weight: 700; }
.ck-exam .ck-mark { color: #94346c; }
.ck-today .ck-mark { color: #2d3f9e; }
.ck-card-lookalike .ck-mark { color: #b03a00; }
code { font-size: 0.9em; }
.nightMode.card { color: #e3e7ec; background: #14181e; }
.nightMode .kind, .nightMode .where { color: #a3adb8; }
.nightMode .ck-exam .ck-mark { color: #f0a3cc; }
.nightMode .ck-today .ck-mark { color: #aebcff; }
.nightMode .ck-card-lookalike .ck-mark { color: #ff9a66; }
"""
FRONT = '<div class="kind">{{Kind}}</div><div class="front">{{Front}}</div>'
BACK = '{{FrontSide}}<hr id="answer">{{Back}}<div class="where">{{Where}}</div>'


def write_package(
    cards: list[Flashcard], facts: dict[str, Fact], file: Path, revised: float
) -> None:
    """Write the deck to `file`; the same cards and date give the same bytes.

    revised: when the cards were last changed, in seconds since 1970. Anki replaces a note that it
    has by one that is newer, and leaves the schedule alone.
    """
    deck = genanki.Deck(DECK_ID, DECK)
    model = genanki.Model(
        MODEL_ID,
        DECK,
        fields=[{"name": name} for name in ("Front", "Back", "Kind", "Where")],
        templates=[{"name": "Card", "qfmt": FRONT, "afmt": BACK}],
        css=STYLE,
    )
    for number, card in enumerate(in_learning_order(cards), start=1):
        note = genanki.Note(
            model,
            [
                front_html(card, facts),
                back_html(card, facts),
                escape(KINDS[card.kind].label),
                escape(_where(card)),
            ],
            guid=genanki.guid_for(GUID_SPACE, card.id),
            tags=[f"kind::{card.kind}", f"chapter::{card.chapter}"],
            due=number,
        )
        deck.add_note(note)
    written = io.BytesIO()
    genanki.Package(deck).write_to_file(written, timestamp=revised)
    _pack(written, file)


def _where(card: Flashcard) -> str:
    """A package has no addresses: the book may lie anywhere."""
    chapter = find_chapter(card.chapter)
    title = chapter.title if chapter.prose.exists() else card.chapter
    place = f", lab cell “{card.lab.partition('#')[2]}”" if card.lab else ""
    return f"In the book: {title}{place}"


def _pack(written: io.BytesIO, file: Path) -> None:
    """Compress the package, without the dates of the temporary files that it was made from."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            new.writestr(info, old.read(name), zipfile.ZIP_DEFLATED)
