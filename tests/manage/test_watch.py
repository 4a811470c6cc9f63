"""`make watch`: what counts as a change, and what a page hears of it."""

import functools
import threading
import urllib.request

import pytest

from manage import book, say, watch
from manage.serve import Server


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A course of three files. No change waits for long to be seen."""
    for name in ("_toc.yml", "book/intro.md", "labs/vtf.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one")
    monkeypatch.setattr(book, "ROOT", tmp_path)
    monkeypatch.setattr(watch, "ROOT", tmp_path)
    monkeypatch.setattr(watch, "PAUSE_SECONDS", 0.01)
    return tmp_path


def test_a_change_a_new_file_and_a_file_that_is_gone_are_seen(root):
    changes = watch.changes(watch.sources())
    (root / "book/intro.md").write_text("another")
    assert next(changes) == ["book/intro.md"]
    (root / "book/new.md").write_text("new")
    (root / "_toc.yml").unlink()
    assert next(changes) == ["_toc.yml", "book/new.md"]


def test_a_file_that_is_replaced_is_seen(root):
    changes = watch.changes(watch.sources())
    (root / "fresh").write_text("one")
    (root / "fresh").replace(root / "_toc.yml")
    assert next(changes) == ["_toc.yml"]


@pytest.mark.parametrize(
    "name", ["book/.intro.md.swp", "book/intro.md~", "labs/.ipynb_checkpoints/vtf.ipynb", "notes"]
)
def test_what_editors_leave_is_no_change(root, name):
    before = watch.sources()
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("x")
    assert watch.sources() == before


def test_a_hidden_folder_above_the_course_hides_nothing(tmp_path, monkeypatch):
    (tmp_path / ".hidden/book").mkdir(parents=True)
    (tmp_path / ".hidden/book/intro.md").write_text("x")
    monkeypatch.setattr(book, "ROOT", tmp_path / ".hidden")
    assert [file.name for file in book.sources()][-1:] == ["intro.md"]


@pytest.fixture
def pages(tmp_path):
    """A way to fetch from a served folder of one page and one style, and the builds it tells."""
    (tmp_path / "index.html").write_text("<p>One</p>")
    (tmp_path / "style.css").write_text("p {}")
    builds = watch.Builds()
    handler = functools.partial(watch.LivePages, directory=str(tmp_path), builds=builds)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield lambda path: opener.open(f"http://127.0.0.1:{server.server_port}{path}"), builds
        server.shutdown()


@pytest.mark.parametrize("path", ["/", "/index.html", "/index.html?a=b"])
def test_a_page_is_served_with_the_script_that_reloads_it(pages, path):
    fetch, _ = pages
    text = fetch(path).read().decode()
    assert text.startswith("<p>One</p><script>")
    assert watch.BUILDS in text


def test_another_file_is_served_as_it_is(pages):
    fetch, _ = pages
    assert fetch("/style.css").read() == b"p {}"


def test_a_page_hears_of_the_build_it_shows_and_of_the_next(pages):
    fetch, builds = pages
    stream = fetch(watch.BUILDS)
    first = stream.readline() + stream.readline()
    assert first == f"data: {builds.latest}\n\n".encode()
    builds.finished()
    second = stream.readline()
    assert second == f"data: {builds.latest}\n".encode()
    assert not first.startswith(second)
    stream.close()


def test_a_build_that_fails_is_told_and_ends_nothing(monkeypatch, capsys):
    def fail(only_if_stale):
        raise say.Failure("vtf.md:3: WARNING: no such term", "mend the line above")

    monkeypatch.setattr(book, "build", fail)
    watch.rebuild()
    assert "no such term\nWhat to do: mend the line above" in capsys.readouterr().out
