"""The line under a chapter's title: how long it takes to read, how long its lab runs."""

from docutils import nodes
from sphinx.application import Sphinx

from coursekit.book.runs import took
from coursekit.content import ContentError, load_chapters
from coursekit.content.status import load_status, runs_of
from coursekit.paths import STATUS

WORDS_A_MINUTE = 230
# What is looked at or done, not read: code, drawings, questions.
NOT_READ = (nodes.raw, nodes.literal_block, nodes.comment, nodes.system_message)


def say_times(app: Sphinx, doctree: nodes.document) -> None:
    """Say it under the title of every chapter."""
    slug = app.env.docname.rpartition("/")[2]
    chapter = load_chapters().get(slug)
    title = next(doctree.findall(nodes.title), None)
    if not chapter or chapter.docname != app.env.docname or title is None:
        return
    said = [f"{minutes(doctree)} min to read"]
    app.env.note_dependency(str(STATUS))
    try:
        runs = runs_of(slug, load_status())
    except ContentError:
        runs = []  # the lab card of the same page says what is wrong with the file
    if runs:
        waiting = took(runs[0].waiting_seconds)
        said.append(f"lab: {took(runs[0].seconds)} to run, {waiting} of it waiting")
    if any(run.engine == "host" and run.passed for run in runs):
        said.append("needs no account, no Docker")
    line = nodes.paragraph("", " · ".join(said), classes=["ck-times"])
    title.parent.insert(title.parent.index(title) + 1, line)


def minutes(doctree: nodes.document) -> int:
    """Return how many minutes the words of a page take to read, at least one."""
    return max(1, round(words(doctree) / WORDS_A_MINUTE))


def words(node: nodes.Node) -> int:
    """Count the words that a reader reads."""
    if isinstance(node, NOT_READ):
        return 0
    if isinstance(node, nodes.Text):
        return len(node.split())
    return sum(words(child) for child in node.children)
