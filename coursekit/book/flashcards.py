"""The page of flashcards: the trainer's place, every card to read, and the package for Anki."""

from html import escape
from itertools import groupby
from pathlib import Path

from docutils import nodes
from docutils.nodes import Node
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from coursekit.book import anki
from coursekit.book.directives import CourseDirective
from coursekit.book.roles import FACTS_PAGE
from coursekit.content import (
    ContentError,
    Fact,
    Flashcard,
    find_chapter,
    load_facts,
    load_flashcards,
)
from coursekit.content.flashcards import KINDS, back_html, digest, front_html, in_learning_order
from coursekit.content.labs import anchor_id
from coursekit.paths import FACTS, FLASHCARDS, NPM

PACKAGE = "flashcards.apkg"
# What the page's script needs from npm, by the name under which the page loads it.
LIBRARY = NPM / "ts-fsrs"
COPIED = {"ts-fsrs.js": "dist/index.umd.js", "ts-fsrs-license.txt": "LICENSE"}
TRAINER = (
    '<section class="ck-trainer" tabindex="-1" aria-label="Study">'
    "<p>The schedule needs JavaScript. Without it, every card is below: read the question, answer "
    "aloud, then open it.</p></section>"
)
SOURCE_MAP = b"//# sourceMappingURL="


def add_files(app: Sphinx) -> None:
    """Put the scheduling library and the package for Anki into `_static`."""
    folder = Path(app.outdir) / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in COPIED.items():
        try:
            content = (LIBRARY / source).read_bytes()
        except OSError as error:
            raise ExtensionError(
                f"The flashcards' scheduling library is not there: {error}.\n"
                "What to do: run `make book`, which installs it before it builds."
            ) from None
        (folder / name).write_bytes(content.partition(SOURCE_MAP)[0])
    try:
        cards, facts = load_flashcards(), load_facts()
        revised = max(file.stat().st_mtime for file in (FLASHCARDS, FACTS, Path(anki.__file__)))
        anki.write_package(cards, facts, folder / PACKAGE, revised)
    except (ContentError, LookupError) as error:
        raise ExtensionError(f"The flashcards cannot be packed: {error}") from None


class Trainer(CourseDirective):
    """Where the script puts the study box; without a script, a word on what to do instead."""

    def build(self) -> list[Node]:
        """Return the place."""
        return [nodes.raw("", TRAINER, format="html")]


class CardList(CourseDirective):
    """Every card, by kind: the question is the summary, the answer opens below it."""

    def build(self) -> list[Node]:
        """Return one section a kind; each card has the anchor `card-<id>`."""
        self.env.note_dependency(str(FLASHCARDS))
        self.env.note_dependency(str(FACTS))
        cards, facts = load_flashcards(), load_facts()
        order = {card.id: number for number, card in enumerate(in_learning_order(cards))}
        sections: list[Node] = []
        kinds = list(KINDS)
        for kind, group in groupby(
            sorted(cards, key=lambda card: kinds.index(card.kind)), key=lambda card: card.kind
        ):
            section = nodes.section(ids=[f"cards-{kind}"])
            section += nodes.title("", KINDS[kind].title)
            html = "".join(self.card(card, facts, order[card.id]) for card in group)
            section += nodes.raw("", html, format="html")
            sections.append(section)
        return sections

    def card(self, card: Flashcard, facts: dict[str, Fact], order: int) -> str:
        """Return a card with the ways to its chapter, to the lab's cell and to its sources."""
        chapter = find_chapter(card.chapter)
        self.env.note_dependency(str(chapter.prose))
        title = chapter.title if chapter.prose.exists() else card.chapter
        links = []
        if chapter.docname in self.env.found_docs:
            links.append((self.uri(chapter.docname), title))
        if card.lab:
            slug, _, place = card.lab.partition("#")
            lab = find_chapter(slug).lab_docname
            if lab in self.env.found_docs:
                links.append((self.uri(lab, anchor_id(place)), "See it in the lab"))
        links += [(self.uri(FACTS_PAGE, f"fact-{fact}"), f"Source: {fact}") for fact in card.facts]
        return render_card(card, facts, order=order, title=title, links=links)


def render_card(
    card: Flashcard,
    facts: dict[str, Fact],
    *,
    order: int,
    title: str,
    links: list[tuple[str, str]],
) -> str:
    """Return a card as a `details`; what the script needs to know is in its data attributes.

    order: its place among the cards not seen yet, from 0. title: of its chapter. links: addresses
    and their words, below the answer.
    """
    data = {
        "card": card.id,
        "kind": card.kind,
        "kind-title": KINDS[card.kind].title,
        "chapter": card.chapter,
        "chapter-title": title,
        "digest": digest(card, facts),
        "order": str(order),
    }
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    ways = " · ".join(f'<a href="{escape(href)}">{escape(words)}</a>' for href, words in links)
    return (
        f'<details class="ck-card" id="card-{card.id}" {attributes}><summary>'
        f'<span class="ck-card-kind">{escape(KINDS[card.kind].label)}</span> '
        f'<span class="ck-card-front">{front_html(card, facts)}</span></summary>'
        f'<div class="ck-card-back">{back_html(card, facts)}'
        f'<p class="ck-card-links">{ways}</p></div></details>'
    )


class Package(CourseDirective):
    """The link to the package for Anki, with its size."""

    def build(self) -> list[Node]:
        """Return the link."""
        self.env.note_dependency(str(FLASHCARDS))
        self.env.note_dependency(str(FACTS))
        size = (Path(self.env.app.outdir) / "_static" / PACKAGE).stat().st_size
        up = "../" * self.env.docname.count("/")
        html = (
            f'<p><a class="ck-download" href="{up}_static/{PACKAGE}" download>Download the deck '
            f"for Anki</a> ({len(load_flashcards())} cards, {round(size / 1024)} KB)</p>"
        )
        return [nodes.raw("", html, format="html")]
