"""The whole book as one file, to be read where there is no network."""

import re
import zipfile
from pathlib import Path

from docutils import nodes
from docutils.nodes import Node
from sphinx.application import Sphinx

from coursekit.book.directives import CourseDirective

NAME = "serverless-broken-on-purpose"
ARCHIVE = f"{NAME}.zip"
LINK = re.compile(r'<p class="ck-offline">.*?</p>\n?', re.DOTALL)  # the copy does not hold itself
LEFT_OUT = {".map", ".zip"}  # what browsers' tools ask for, and the archive
NO_PAGES = {".buildinfo", "objects.inv", "commit.txt"}
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of zip; the same pages make the same file, whenever


class OfflineCopy(CourseDirective):
    """The link to the archive."""

    def build(self) -> list[Node]:
        """Return the link."""
        up = "../" * self.env.docname.count("/")
        html = (
            f'<p class="ck-offline"><a class="ck-download" href="{up}{ARCHIVE}" download>Download'
            " the whole book</a> as one zip file. Unpack it and open <code>index.html</code>: it"
            " needs no network.</p>"
        )
        return [nodes.raw("", html, format="html")]


def pack(app: Sphinx, problem: Exception | None) -> None:
    """Write the archive beside the pages."""
    if not problem and app.builder.name == "html":
        write_archive(Path(app.outdir))


def write_archive(folder: Path) -> None:
    """Pack a folder's pages and what they load."""
    with zipfile.ZipFile(folder / ARCHIVE, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_dir() or file.suffix in LEFT_OUT or file.name in NO_PAGES:
                continue
            content = file.read_bytes()
            if file.suffix == ".html":
                content = LINK.sub("", content.decode()).encode()
            entry = zipfile.ZipInfo(f"{NAME}/{file.relative_to(folder).as_posix()}", FIRST_DAY)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
