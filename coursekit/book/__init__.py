"""The Sphinx extension of the book: facts, lab runs, questions and figures inside the prose."""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from coursekit.book.anchors import mark_cells
from coursekit.book.directives import DIRECTIVES
from coursekit.book.facts_page import FactsPage
from coursekit.book.fidelity_page import FidelityPage, offer_anchors
from coursekit.book.roles import ROLES, CitedText, visit_cited_text

HERE = Path(__file__).resolve().parent

# The look of a run's outputs, kept beside what makes them.
EVIDENCE_STYLE = HERE.parent / "evidence" / "evidence.css"
# Scripts by what a page must contain to need them.
SCRIPTS = {'class="ck-question"': "self-check.js"}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register everything with Sphinx."""
    for name, role in ROLES.items():
        app.add_role(name, role)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_directive("facts-page", FactsPage)
    app.add_directive("fidelity-page", FidelityPage)
    app.add_node(CitedText, html=(visit_cited_text, None))
    # Jupyter Book sets this one even where the extension that reads it is left out.
    app.add_config_value("comments_config", {}, "")
    app.connect("config-inited", _add_folders)
    app.connect("doctree-read", mark_cells)
    app.connect("doctree-read", offer_anchors)
    app.connect("html-page-context", _add_scripts)
    app.add_css_file("course.css", priority=900)
    app.add_css_file("content.css", priority=901)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _add_folders(app: Sphinx, config: Config) -> None:
    """Bring in the style sheets, the scripts and the templates that replace the theme's."""
    config.html_static_path += [str(HERE / "static"), str(EVIDENCE_STYLE)]
    config.templates_path.insert(0, str(HERE / "templates"))


def _add_scripts(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Load a script or a style on the pages that use it and on no other."""
    if "ck-evidence" in context.get("body", "") or "ck-table" in context.get("body", ""):
        app.add_css_file(EVIDENCE_STYLE.name, priority=902)
    if page == "search":
        app.add_js_file("search-from-file.js", loading_method="defer")
    for trace, script in SCRIPTS.items():
        if trace in context.get("body", ""):
            app.add_js_file(script, loading_method="defer")
