"""Pages meet their own Content-Security-Policy, from a folder and from a server."""

import pytest

from coursekit.book.finish import finish

from .conftest import settle

KINDS = {
    "first": "index.html",
    "intro": "book/intro.html",
    "chapter": "book/mnemonics/fire-and-forget.html",
    "lab": "labs/mnemonics/fire-and-forget.html",
    "guide": "book/practice/decision-guide.html",
    "guide in a lab": "labs/practice/decision-guide.html",
    "picture": "book/practice/decision-guide-picture.html",
    "exam": "book/practice/practice-exam.html",
    "flashcards": "book/practice/flashcards.html",
    "facts": "book/reference/facts.html",
    "fidelity": "book/reference/emulator-fidelity.html",
    "glossary": "book/reference/glossary.html",
    "index": "genindex.html",
    "search": "search.html?q=visibility",
}


@pytest.mark.parametrize("name", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("from_folder", [True, False], ids=["folder", "server"])
def test_a_page_meets_its_policy(open_page, book, served_book, from_folder, name):
    page = open_page(f"{book.as_uri() if from_folder else served_book}/{name}")
    settle(page)
    assert page.locator("meta[http-equiv=Content-Security-Policy]").count() == 1
    assert page.complaints == []


@pytest.mark.parametrize(
    "body",
    [
        "<script>document.title = 'ran'</script>",
        """<p onclick="document.title = 'ran'">x</p>""",
        """<a href="javascript:document.title = 'ran'">x</a>""",
        """<p style="color: red">x</p>""",
        """<img src="http://127.0.0.1:9/x.png" alt="x">""",
        """<iframe src="data:text/html,x"></iframe>""",
    ],
)
def test_what_breaks_a_policy_is_stopped_and_seen(open_page, tmp_path, body):
    file = tmp_path / "page.html"
    head = '<meta charset="utf-8"><title>page</title>'
    file.write_text(
        finish(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"), "utf-8"
    )
    page = open_page(file)
    settle(page)
    page.locator("body > *").first.dispatch_event("click")
    assert page.title() == "page"
    assert any("Content Security Policy" in text for text in page.complaints), page.complaints
