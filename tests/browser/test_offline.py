"""The book as one file: unpacked somewhere, it works."""

import zipfile

import pytest

from coursekit.book.offline import ARCHIVE, NAME


@pytest.fixture(scope="session")
def copy(book, tmp_path_factory):
    """The archive, unpacked where the path is not plain."""
    folder = tmp_path_factory.mktemp("Bücher & more of them")
    with zipfile.ZipFile(book / ARCHIVE) as archive:
        archive.extractall(folder)
    return folder / NAME


def test_it_opens_at_the_first_page(open_page, copy):
    page = open_page(copy / "index.html")
    page.wait_for_url("**/book/intro.html")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator(".ck-offline").count() == 0
    assert all(url.startswith(copy.as_uri()) or url[:5] == "data:" for url in page.requests)
    assert page.complaints == []


def test_a_question_is_answered_in_it(open_page, copy):
    page = open_page(copy / "book/mnemonics/vtf.html")
    box = page.locator(".ck-question").first
    box.locator("input").first.check()
    box.locator(".ck-check").click()
    assert box.get_attribute("data-result") in {"right", "wrong"}


def test_it_is_searched(open_page, copy):
    page = open_page((copy / "search.html").as_uri() + "?q=visibility")
    page.locator("#search-results li a").first.click()
    page.wait_for_url("**/book/**")
    assert page.errors == []
