"""The published book is followed link by link; what does not come as it should is told."""

import pytest

from coursekit.upkeep import published


@pytest.fixture
def site(web):
    """A small book below a folder, as Pages serves a project's."""
    web.put("/book/", '<meta http-equiv="Refresh" content="0; url=book/a.html">')
    web.put(
        "/book/book/a.html",
        '<link href="../_static/x.css?v=1" rel="stylesheet"><a href="../#top">up</a>'
        '<a href="https://else.example/">x</a>',
    )
    web.put("/book/_static/x.css", "p {}", kind="text/css")
    web.put("/book/commit.txt", "abc\n", kind="text/plain")
    web.put("/other.html", '<a href="/nowhere.html">never asked</a>')
    return web


def test_a_good_book(site, tmp_path, capsys):
    assert published.main(f"{site.base}/book", "abc", str(tmp_path / "pages")) == 0
    assert capsys.readouterr().out == "3 files came as they should\n"
    files = {path.relative_to(tmp_path / "pages").as_posix() for path in tmp_path.rglob("*.*")}
    assert files == {"index.html", "book/a.html", "_static/x.css"}


@pytest.mark.parametrize(
    ("path", "harm", "seen"),
    [
        ("/book/_static/x.css", {"text": "", "status": 404}, "404 Not Found"),
        ("/book/book/a.html", {"text": "", "status": 500}, "500 Internal Server Error"),
        ("/book/_static/x.css", {"text": "", "kind": "text/plain"}, "comes as text/plain"),
    ],
)
def test_what_does_not_come_is_told(site, tmp_path, capsys, path, harm, seen):
    site.put(path, **harm)
    assert published.main(f"{site.base}/book/", "abc", str(tmp_path / "pages")) == 1
    assert f"{site.base}{path}: {seen}" in capsys.readouterr().out


def test_the_book_of_another_commit_is_told(site, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(published, "WAIT_SECONDS", 0)
    monkeypatch.setattr(published, "ASK_EVERY_SECONDS", 0)
    assert published.main(f"{site.base}/book/", "abd", str(tmp_path / "pages")) == 1
    assert "does not serve abd" in capsys.readouterr().err


def test_it_waits_for_the_commit(site, monkeypatch):
    site.put("/book/commit.txt", "old", kind="text/plain")
    monkeypatch.setattr(
        published.time, "sleep", lambda _: site.put("/book/commit.txt", "new", kind="text/plain")
    )
    assert published.serves(f"{site.base}/book/", "new", 600)
