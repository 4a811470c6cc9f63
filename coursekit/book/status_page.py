"""The status page: every lab as it ran last, from status.json."""

from html import escape
from itertools import groupby

from docutils import nodes
from docutils.nodes import Node

from coursekit.book.directives import WholeBookDirective
from coursekit.book.progress import PARTS
from coursekit.book.runs import day, run_anchor, took
from coursekit.book.titles import short
from coursekit.content import Chapter, load_chapters, load_lab
from coursekit.content.html import inline
from coursekit.content.status import ENGINES, LabRun, load_status, runs_of
from coursekit.paths import STATUS


class StatusPage(WholeBookDirective):
    """Every lab with its last run on each engine."""

    def build(self) -> list[Node]:
        """Return the count and one table a part."""
        self.env.note_dependency(str(STATUS))
        runs = load_status()
        labs = [
            chapter
            for chapter in load_chapters().values()
            if chapter.lab_docname in self.env.found_docs
        ]
        sections: list[Node] = [_summary(labs, runs)]
        for part, group in groupby(labs, key=lambda chapter: chapter.part):
            section = nodes.section(ids=[nodes.make_id(f"labs-{part}")])
            section += nodes.title("", PARTS[part])
            section += nodes.raw("", self.table(list(group), runs), format="html")
            sections.append(section)
        return sections

    def table(self, labs: list[Chapter], runs: list[LabRun]) -> str:
        """Return one row a lab and engine."""
        heads = ("Lab", "Last run", "Took", "With")
        head = "".join(f"<th scope='col'>{name}</th>\n" for name in heads)
        rows = "".join(self.rows(chapter, runs) for chapter in labs)
        return (
            f'<table class="ck-status"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        )

    def rows(self, chapter: Chapter, runs: list[LabRun]) -> str:
        """Return the rows of one lab; the first has its anchor."""
        self.env.note_dependency(str(chapter.lab))
        title = inline(str(load_lab(chapter.slug).card.get("title", chapter.slug)))
        name = (
            f'<th scope="row"><a href="{self.uri(chapter.lab_docname)}">{title}</a>'
            f'<span class="ck-status-chapter">of <a href="{self.uri(chapter.docname)}">'
            f"{inline(short(chapter.title))}</a></span></th>"
        )
        cells = [_cells(run) for run in runs_of(chapter.slug, runs)]
        cells = cells or ['<td colspan="3">No run of it has been stored yet.</td>']
        anchors = [f' id="{run_anchor(chapter.slug)}"'] + [""] * len(cells)
        return "".join(
            f"<tr{mark}>{name}{cell}</tr>" for mark, cell in zip(anchors, cells, strict=False)
        )


def _summary(labs: list[Chapter], runs: list[LabRun]) -> Node:
    """Return how many of the labs passed, by engine."""
    said = []
    for engine, name in ENGINES.items():
        ran = [run for run in runs if run.engine == engine]
        if ran:
            passed = sum(run.passed for run in ran)
            total = sum(run.seconds for run in ran)
            waited = sum(run.waiting_seconds for run in ran)
            begin = f"{name[0].upper()}{name[1:]}"
            said.append(
                f"{begin}, {passed} of {len(labs)} labs passed; together they ran "
                f"for {took(total)}, {took(waited)} of it waiting."
            )
    return nodes.paragraph("", " ".join(said), classes=["ck-status-count"])


def _cells(run: LabRun) -> str:
    word, kind = ("Passed", "mended") if run.passed else ("Failed", "broken")
    with_what = f"LocalStack {run.localstack}, Python {run.python}, boto3 {run.boto3}"
    return (
        f'<td><span class="ck-badge ck-badge-{kind}">{word}</span> {day(run)} '
        f"{ENGINES[run.engine]}</td>\n<td>{took(run.seconds)}, {took(run.waiting_seconds)} waiting"
        f"</td>\n<td>{escape(with_what)}</td>"
    )
