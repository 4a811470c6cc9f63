"""The book as one file: whole, the same from run to run, and without a link to itself."""

import os
import zipfile

import pytest

from coursekit.book.offline import ARCHIVE, write_archive

LINK = '<p class="ck-offline"><a href="../x.zip">The book</a> as\none file.</p>\n'


@pytest.fixture
def pages(tmp_path):
    """A small book."""
    for name in ("index.html", "book/a.html", "_static/a.js", "_static/a.js.map", ".buildinfo"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"<p>before</p>{LINK}<p>after</p>")
    return tmp_path


def test_it_holds_what_a_reader_needs_in_one_folder(pages):
    write_archive(pages)
    with zipfile.ZipFile(pages / ARCHIVE) as archive:
        top = "serverless-broken-on-purpose"
        assert archive.namelist() == [
            *(f"{top}/{name}" for name in ("_static/a.js", "book/a.html", "index.html"))
        ]
        assert archive.read(f"{top}/book/a.html") == b"<p>before</p><p>after</p>"
        assert b"ck-offline" in archive.read(f"{top}/_static/a.js")
        assert archive.testzip() is None


def test_it_is_the_same_from_run_to_run(pages):
    write_archive(pages)
    first = (pages / ARCHIVE).read_bytes()
    for file in pages.rglob("*.html"):
        os.utime(file, (0, 0))
    write_archive(pages)
    assert (pages / ARCHIVE).read_bytes() == first
