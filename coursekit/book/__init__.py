"""The Sphinx extension of the book: facts, lab runs, questions and figures inside the prose."""

import hashlib
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from coursekit.book.anchors import mark_cells
from coursekit.book.directives import DIRECTIVES
from coursekit.book.exam_index import ExamDoors, ExamIndex
from coursekit.book.facts_page import FactsPage
from coursekit.book.fidelity_page import FidelityPage, offer_anchors
from coursekit.book.finish import describe, finish_site
from coursekit.book.flashcards import CardList, Package, Trainer, add_files
from coursekit.book.offline import OfflineCopy, pack
from coursekit.book.practice_exam import ExamTable, PracticeExam
from coursekit.book.progress import Progress
from coursekit.book.reading_time import say_times
from coursekit.book.roles import ROLES, CitedText, visit_cited_text
from coursekit.book.search import EnglishWithNumbers, keep_index_entries, keep_words_apart
from coursekit.book.status_page import StatusPage
from coursekit.book.symptom_index import SymptomDoors, SymptomIndex

HERE = Path(__file__).resolve().parent

# The look of a run's outputs, kept beside what makes them.
EVIDENCE_STYLE = HERE.parent / "evidence" / "evidence.css"
FIGURE_STYLES = tuple(HERE.parent / "figures" / name for name in ("figures.css", "guide.css"))
# Scripts, in the order in which they run, by what a page must contain to need them.
SCRIPTS = {
    'class="ck-question"': ("storage.js", "self-check.js"),
    'class="ck-guide"': ("decision-guide.js",),
    'id="exam-bank"': (
        "storage.js",
        "exam-draw.js",
        "exam-records.js",
        "exam-elements.js",
        "exam-start.js",
        "exam-sitting.js",
        "exam-result.js",
        "practice-exam.js",
    ),
    'class="ck-read"': ("storage.js", "read.js"),
    'class="ck-progress"': ("storage.js", "progress.js"),
    'class="ck-trainer"': ("storage.js", "ts-fsrs.js", "flashcards.js"),
}
STYLES = {
    'class="ck-practice': "practice-exam.css",
    'class="ck-figure': "figures.css",
    "ck-guide-picture": "guide.css",
}


def setup(app: Sphinx) -> dict[str, bool | int]:
    """Register everything with Sphinx."""
    for name, role in ROLES.items():
        app.add_role(name, role)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_directive("facts-page", FactsPage)
    app.add_directive("fidelity-page", FidelityPage)
    app.add_directive("exam-doors", ExamDoors)
    app.add_directive("exam-index", ExamIndex)
    app.add_directive("exam-table", ExamTable)
    app.add_directive("practice-exam", PracticeExam)
    app.add_directive("progress", Progress)
    app.add_directive("offline-copy", OfflineCopy)
    app.add_directive("flashcards", Trainer)
    app.add_directive("flashcard-list", CardList)
    app.add_directive("flashcard-package", Package)
    app.add_directive("status-page", StatusPage)
    app.add_directive("symptom-doors", SymptomDoors)
    app.add_directive("symptom-index", SymptomIndex)
    app.add_search_language(EnglishWithNumbers)
    app.add_node(CitedText, html=(visit_cited_text, None))
    # Jupyter Book sets this one even where the extension that reads it is left out.
    app.add_config_value("comments_config", {}, "")
    app.connect("config-inited", _add_folders)
    app.connect("builder-inited", add_files)
    app.connect("doctree-read", mark_cells)
    app.connect("doctree-read", offer_anchors)
    app.connect("doctree-read", say_times)
    app.connect("doctree-read", keep_words_apart)
    app.connect("html-collect-pages", keep_index_entries)
    app.connect("html-page-context", _add_scripts)
    app.connect("html-page-context", describe)
    app.connect("build-finished", finish_site, priority=900)
    app.connect("build-finished", pack, priority=901)
    app.add_js_file("print.js", loading_method="defer")
    app.add_css_file("course.css", priority=900)
    app.add_css_file("content.css", priority=901)
    return {
        "parallel_read_safe": True,
        "parallel_write_safe": True,
        "env_version": _code_version(),
    }


def _code_version() -> int:
    """Change with the code that writes pages, so that Sphinx reads all of them anew."""
    total = hashlib.sha256()
    for file in sorted(HERE.parent.rglob("*.py")):
        total.update(file.read_bytes())
    return int(total.hexdigest()[:12], 16)


def _add_folders(app: Sphinx, config: Config) -> None:
    """Bring in the style sheets, the scripts and the templates that replace the theme's."""
    config.html_static_path += [
        str(path) for path in (HERE / "static", EVIDENCE_STYLE, *FIGURE_STYLES)
    ]
    config.templates_path.insert(0, str(HERE / "templates"))
    config.html_search_scorer = str(HERE / "search-scorer.js")
    config.template_bridge = "coursekit.book.finish.Templates"


def _add_scripts(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Load a script or a style on the pages that use it and on no other."""
    if "ck-evidence" in context.get("body", "") or "ck-table" in context.get("body", ""):
        app.add_css_file(EVIDENCE_STYLE.name, priority=902)
    if page == "search":
        app.add_js_file("search-page.js", loading_method="defer")
    for trace, style in STYLES.items():
        if trace in context.get("body", ""):
            app.add_css_file(style, priority=902)
    for trace, scripts in SCRIPTS.items():
        if trace in context.get("body", ""):
            for script in scripts:
                app.add_js_file(script, loading_method="defer")
