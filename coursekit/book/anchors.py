"""Lab pages: an anchor for every tagged cell, and the way back to the chapter."""

from docutils import nodes
from sphinx.application import Sphinx

from coursekit.book.launch import places
from coursekit.content import find_chapter
from coursekit.content.labs import LAYOUT_TAGS, anchor_id


def mark_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give a lab's code cells the ids that {cell} and {run} link to; name the folded solution."""
    docname = app.env.docname
    if not docname.startswith("labs/"):
        return
    counts: dict[str, int] = {}
    for cell in list(doctree.findall(_is_code_cell)):
        ids = []
        tags = cell["cell_metadata"].get("tags", [])
        if "solution" in tags:  # folded: the line to open says what is inside
            cell["prompt_show"], cell["prompt_hide"] = "Show the solution", "Hide the solution"
        for tag in tags:
            if LAYOUT_TAGS.match(tag):
                continue
            counts[tag] = counts.get(tag, 0) + 1
            ids.append(anchor_id(tag if counts[tag] == 1 else f"{tag}.{counts[tag]}"))
        if ids:
            # A target before the cell survives the transform that folds hidden cells.
            target = nodes.target("", "", ids=ids)
            cell.parent.insert(cell.parent.index(cell), target)
            doctree.note_explicit_target(target, target)
    _link_back(app, doctree, docname)


def _is_code_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def _link_back(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Say under the title which chapter the lab belongs to and how to run it."""
    chapter = find_chapter(docname.rsplit("/", 1)[-1])
    title = next(doctree.findall(nodes.title), None)
    if title is None or not chapter.prose.exists():
        return
    app.env.note_dependency(str(chapter.prose))
    line = nodes.paragraph(classes=["ck-lab-of"])
    line += nodes.Text("The lab of ")
    uri = app.builder.get_relative_uri(docname, chapter.docname)
    line += nodes.reference("", chapter.title, internal=True, refuri=uri)
    line += nodes.Text(". To run it yourself: ")
    line += nodes.literal("", "make start")
    line += nodes.Text(", then open ")
    line += nodes.literal("", f"{docname}.ipynb")
    for name, address in places(f"{docname}.ipynb").items():
        line += [nodes.Text(", or open it "), nodes.reference("", name, refuri=address)]
    line += nodes.Text(".")
    title.parent.insert(title.parent.index(title) + 1, line)
