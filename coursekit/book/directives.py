"""Directives: the parts of a chapter that look and work the same on every page."""

from html import escape

from docutils import nodes
from docutils.nodes import Node
from sphinx.util.docutils import SphinxDirective

from coursekit import figures
from coursekit.book.roles import FACTS_PAGE, provenance
from coursekit.book.runs import STATUS_PAGE, day, run_anchor, took
from coursekit.content import (
    ContentError,
    find_chapter,
    load_facts,
    load_lab,
    load_questions,
    render_question,
)
from coursekit.content.errors import did_you_mean
from coursekit.content.guide import MENDED, Guide, load_guides
from coursekit.content.guide_html import render_guide
from coursekit.content.html import inline
from coursekit.content.labs import anchor_id
from coursekit.content.status import LabRun, load_status, runs_of
from coursekit.figures.guide import render_guide_picture
from coursekit.paths import DECISION_GUIDE, FACTS, FIGURES, STATUS


class CourseDirective(SphinxDirective):
    """A directive that fails the build with advice when what it names does not exist."""

    has_content = True

    def run(self) -> list[Node]:
        """Return the nodes, or a problem at the line of the directive."""
        try:
            return self.build()
        except (LookupError, ContentError) as error:
            text = error.args[0] if isinstance(error, LookupError) else str(error)
            return [self.state.document.reporter.error(text, line=self.lineno)]

    def build(self) -> list[Node]:
        """Return the nodes."""
        raise NotImplementedError

    def uri(self, docname: str, anchor: str = "") -> str:
        """Return the address of a place, as seen from this page."""
        if docname not in self.env.found_docs:
            raise LookupError(f"{docname} is not a page of the book; add it to _toc.yml")
        address = self.env.app.builder.get_relative_uri(self.env.docname, docname)
        return f"{address}#{anchor}" if anchor else address

    def lab_link(self, place: str) -> str:
        """Return the address of the cell that shows an answer, "" while there is no lab."""
        slug, _, tag = place.partition("#")
        chapter = find_chapter(slug)
        if not chapter.lab.exists():
            return ""
        lab = load_lab(slug)
        if tag not in lab.anchors():
            advice = did_you_mean(tag, lab.anchors(), "places")
            raise LookupError(f"the lab {slug} has no cell {tag!r}: {advice}")
        return self.uri(chapter.lab_docname, anchor_id(tag))

    def body(self, *classes: str) -> nodes.container:
        """Return the directive's own text, parsed, in a container."""
        box = nodes.container(classes=list(classes))
        self.set_source_info(box)
        self.state.nested_parse(self.content, self.content_offset, box)
        return box


class WholeBookDirective(CourseDirective):
    """Says something about every chapter, so it is read again in each build."""

    has_content = False

    def run(self) -> list[Node]:
        """Return the nodes; a new chapter is no file that the last build could have known."""
        self.env.note_reread()
        return super().run()


class Callout(CourseDirective):
    """A box whose meaning is told by a word, a shape and a color."""

    optional_arguments = 1
    final_argument_whitespace = True
    kind = ""
    word = ""

    def build(self) -> list[Node]:
        """Return the box, headed by its word and its title."""
        box = self.body("ck-callout", f"ck-{self.kind}")
        head = nodes.paragraph(classes=["ck-callout-title"])
        head += nodes.inline("", self.word, classes=["ck-mark"])
        if self.arguments:
            head += nodes.Text(" ")
            titles, problems = self.state.inline_text(self.arguments[0], self.lineno)
            head += [*titles, *problems]
        box.insert(0, head)
        return [box]


class Broken(Callout):
    """What goes wrong."""

    kind, word = "broken", "Broken"


class Mended(Callout):
    """What makes it right."""

    kind, word = "mended", "Mended"


class OnRealAws(Callout):
    """How the emulator or the scale differs from AWS."""

    kind, word = "aws", "On real AWS"


class Answer(CourseDirective):
    """The chapter's answer in one sentence, before anything else."""

    def build(self) -> list[Node]:
        """Return the sentence."""
        return [self.body("ck-answer-first")]


class ExamAndToday(CourseDirective):
    """What the exam expects beside what is true today, from a fact."""

    required_arguments = 1

    def build(self) -> list[Node]:
        """Return both, with the source; the directive's text stands below."""
        self.env.note_dependency(str(FACTS))
        facts = load_facts()
        name = self.arguments[0]
        if name not in facts:
            raise LookupError(f"no fact {name!r}: {did_you_mean(name, facts, 'facts')}")
        fact = facts[name]
        if fact.exam_answer is None:
            raise LookupError(f"the fact {name!r} has no exam_answer: the exams do not ask it")
        link = self.uri(FACTS_PAGE, f"fact-{fact.id}")
        pair = (
            '<div class="ck-pair">'
            '<div class="ck-exam"><p class="ck-callout-title"><span class="ck-mark">Exam</span>'
            f" the answer that scores</p><p>{inline(fact.exam_answer)}</p></div>"
            '<div class="ck-today"><p class="ck-callout-title"><span class="ck-mark">Today</span>'
            f" what is true</p><p>{inline(fact.current)}</p>"
            f'<p class="ck-source"><a href="{link}">{escape(provenance(fact).capitalize())}</a></p>'
            "</div></div>"
        )
        box = self.body("ck-exam-and-today")
        box.insert(0, nodes.raw("", pair, format="html"))
        return [box]


class LabCard(CourseDirective):
    """What the chapter's lab shows, how long it takes, and how to start it."""

    required_arguments = 1

    def build(self) -> list[Node]:
        """Return the card; what it says comes from the notebook."""
        chapter = find_chapter(self.arguments[0])
        lab = load_lab(chapter.slug)
        self.env.note_dependency(str(lab.file))
        missing = [key for key in ("title", "minutes", "needs", "shows") if key not in lab.card]
        if missing:
            raise LookupError(
                f"{chapter.lab_docname}.ipynb does not say its {', '.join(missing)}; add it to "
                "the notebook's metadata under `coursekit`"
            )
        card = lab.card
        page = self.uri(chapter.lab_docname)
        self.env.note_dependency(str(STATUS))
        runs = runs_of(chapter.slug, load_status())
        html = (
            '<div class="ck-lab"><p class="ck-lab-title"><span class="ck-mark">Lab</span> '
            f'<a href="{page}">{inline(str(card["title"]))}</a></p>'
            f"<p>{inline(str(card['shows']))}</p>"
            f'<dl class="ck-lab-facts"><div><dt>Takes</dt><dd>{escape(str(card["minutes"]))} min'
            f"</dd></div><div><dt>Needs</dt><dd>{inline(str(card['needs']))}</dd></div>"
            f"{self.last_run(chapter.slug, runs)}</dl>"
            f"<pre><code>make start</code></pre><p>Then open <code>{chapter.lab_docname}.ipynb"
            f'</code>. Or <a href="{page}">read it here</a>, with the outputs of its last checked'
            " run.</p></div>"
        )
        return [nodes.raw("", html, format="html")]

    def last_run(self, slug: str, runs: list[LabRun]) -> str:
        """Return how long the lab ran last and how that ended, with a link to all labs' runs."""
        page = self.uri(STATUS_PAGE, run_anchor(slug))
        if not runs:
            return f'<div><dt>Last</dt><dd><a href="{page}">no run stored yet</a></dd></div>'
        run = runs[0]
        ended = "passed" if run.passed else "failed"
        link = f'<a href="{page}">{ended} on {day(run)}</a>'
        return (
            f"<div><dt>Runs</dt><dd>{took(run.seconds)}, {took(run.waiting_seconds)} of it waiting"
            f"</dd></div><div><dt>Last</dt><dd>{link}</dd></div>"
        )


class Evidence(CourseDirective):
    """A picture that a lab's last run drew: ``{evidence} vtf:break``, its caption below."""

    required_arguments = 1

    def build(self) -> list[Node]:
        """Return the picture as the notebook holds it, with a link to its cell."""
        slug, _, place = self.arguments[0].partition(":")
        chapter = find_chapter(slug)
        lab = load_lab(slug)
        self.env.note_dependency(str(lab.file))
        # The figure is the picture with its caption; only the picture scrolls on a narrow screen.
        picture = lab.picture(place).replace("<figure ", '<div role="group" aria-label="Picture" ')
        link = self.uri(chapter.lab_docname, anchor_id(place))
        opening = '<figure class="ck-from-lab">' + picture.replace("</figure>", "</div>")
        closing = f'<p><a class="ck-cell" href="{link}">Drawn by the lab</a></p></figcaption>'
        return [
            nodes.raw("", f"{opening}<figcaption>", format="html"),
            self.body("ck-caption"),
            nodes.raw("", f"{closing}</figure>", format="html"),
        ]


class SelfCheck(CourseDirective):
    """The chapter's exam questions."""

    required_arguments = 1

    def build(self) -> list[Node]:
        """Return the questions, the same HTML with and without a script."""
        chapter = find_chapter(self.arguments[0])
        self.env.note_dependency(str(chapter.questions))
        self.env.note_dependency(str(FACTS))
        questions = [q for q in load_questions(chapter.slug) if q.kind == "exam"]
        facts = load_facts()
        rendered = [
            render_question(
                question,
                label=f"Question {number} of {len(questions)}",
                lab_link=self.lab_link(question.lab),
                facts=facts,
            )
            for number, question in enumerate(questions, start=1)
        ]
        html = (
            '<div class="ck-self-check">'
            + "".join(rendered)
            + '<p class="ck-score" role="status"></p>'
            '<p><button type="button" class="ck-reset" hidden>Clear my answers on this page'
            "</button></p></div>"
            f'<div class="ck-read" data-chapter="{chapter.slug}"></div>'
        )
        return [nodes.raw("", html, format="html")]


class Architecture(CourseDirective):
    """The chapter's figure, drawn at build time from book/figures/<name>.yml."""

    required_arguments = 1

    def build(self) -> list[Node]:
        """Return the figure as inline SVG, so that it follows the theme."""
        file = FIGURES / f"{self.arguments[0]}.yml"
        if not file.exists():
            known = [path.stem for path in FIGURES.glob("*.yml")]
            advice = did_you_mean(self.arguments[0], known, "figures")
            raise LookupError(f"no figure {file.name}: {advice}")
        self.env.note_dependency(str(file))
        return [nodes.raw("", figures.render_figure(file), format="html")]


class DecisionGuide(CourseDirective):
    """A decision guide: ``{decision-guide} mended``, which the page's script can ask."""

    required_arguments = 1

    def build(self) -> list[Node]:
        """Return the guide as nested lists; only the mended one is asked by the script."""
        guide = self.guide(self.arguments[0])
        html = render_guide(
            guide,
            chapter=self.chapter_link,
            lab=self.lab_link,
            interactive=guide.id == MENDED,
        )
        return [nodes.raw("", html, format="html")]

    def guide(self, name: str) -> Guide:
        """Return the guide of that name."""
        self.env.note_dependency(str(DECISION_GUIDE))
        self.env.note_dependency(str(FACTS))
        guides = load_guides()
        if name not in guides:
            raise LookupError(f"no guide {name!r}: {did_you_mean(name, guides, 'guides')}")
        return guides[name]

    def chapter_link(self, slug: str) -> str:
        """Return a link to the chapter, by its title."""
        chapter = find_chapter(slug)
        self.env.note_dependency(str(chapter.prose))
        return f'<a href="{self.uri(chapter.docname)}">{inline(chapter.title)}</a>'

    def lab_link(self, slug: str) -> str:
        """Return a link to the chapter's lab, by its name."""
        title = inline(str(load_lab(slug).card["title"]))
        return f'<a href="{self.uri(find_chapter(slug).lab_docname)}">Lab: {title}</a>'


class GuidePicture(DecisionGuide):
    """A decision guide on one page, drawn at build time: ``{guide-picture} mended``."""

    def build(self) -> list[Node]:
        """Return the picture as inline SVG, one drawing for a page and one for a phone."""
        html = render_guide_picture(self.guide(self.arguments[0]))
        return [nodes.raw("", html, format="html")]


DIRECTIVES = {
    "answer": Answer,
    "architecture": Architecture,
    "broken": Broken,
    "decision-guide": DecisionGuide,
    "evidence": Evidence,
    "exam-and-today": ExamAndToday,
    "guide-picture": GuidePicture,
    "lab": LabCard,
    "mended": Mended,
    "on-real-aws": OnRealAws,
    "self-check": SelfCheck,
}
