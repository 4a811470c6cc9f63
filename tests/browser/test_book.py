"""The built book in a browser: nothing fetched, nothing too wide, both themes, search."""

import re

import pytest

from coursekit.content import load_chapters, load_questions

from .conftest import settle

CHAPTERS = list(load_chapters().values())
PAGES = [
    "book/intro.html",
    "book/how-labs-work.html",
    "book/practice/decision-guide-picture.html",
    "book/practice/practice-exam.html",
    "book/practice/flashcards.html",
    "book/reference/symptoms.html",
    "book/reference/exams.html",
    "book/reference/facts.html",
    "book/reference/status.html",
    "book/reference/glossary.html",
    *(f"{name}.html" for chapter in CHAPTERS for name in (chapter.docname, chapter.lab_docname)),
]
PHONE = {"viewport": {"width": 390, "height": 844}}

# Words whose color against the ground right behind them is too faint. Text over pictures and
# text that is not shown is left out.
FAINT = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("article *")) {
    if (element.closest("svg, details:not([open]) > :not(summary), .headerlink")) continue;
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const box = element.getBoundingClientRect();
    if (!own || !box.width || getComputedStyle(element).visibility === "hidden") continue;
    const one = luminance(parse(getComputedStyle(element).color));
    const other = luminance(ground(element));
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) found.push(element.textContent.trim().slice(0, 40) + " " + ratio.toFixed(2));
  }
  return [...new Set(found)];
}"""


def width_overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fetches_nothing_from_outside_and_has_no_script_error(open_page, book, name):
    page = open_page(book / name)
    settle(page)
    outside = [url for url in page.requests if not url.startswith(("file:", "data:"))]
    assert outside == []
    assert page.errors == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(open_page, book, name):
    assert width_overflow(open_page(book / name, **PHONE)) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable_in_both_themes(open_page, book, name, scheme):
    page = open_page(book / name, color_scheme=scheme)
    page.wait_for_function("document.documentElement.dataset.theme")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.evaluate(FAINT) == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_chapters_questions_work(open_page, book, chapter):
    page = open_page(book / f"{chapter.docname}.html")
    questions = [q for q in load_questions(chapter.slug) if q.kind == "exam"]
    for question in questions:
        box = page.locator(f"#q-{question.id}")
        for number in question.right_options:
            box.locator("input").nth(number).check()
        box.locator(".ck-check").click()
        assert box.get_attribute("data-result") == "right"
    count = len(questions)
    assert page.locator(".ck-score").inner_text() == f"{count} of {count} right so far."
    page.reload()
    stored = page.evaluate("localStorage.getItem('course:answers:v1')")
    restored = page.locator('.ck-question[data-result="right"]').count()
    assert restored == count, (stored, page.locator(".ck-check").count(), page.errors)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_chapter_reads_without_a_script(open_page, book, chapter):
    page = open_page(book / f"{chapter.docname}.html", java_script_enabled=False)
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.get_by_role("button", name="Check").count() == 0
    for details in page.locator("details.ck-answer summary").all():
        details.click()
    reasons = page.locator(".ck-reason")
    assert reasons.count() > 0
    assert all(reason.is_visible() for reason in reasons.all())


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_fact_says_its_source_without_a_mouse(open_page, book, chapter):
    page = open_page(book / f"{chapter.docname}.html")
    fact = page.locator("a.ck-fact").first
    fact.focus()
    tip = fact.evaluate("e => getComputedStyle(e, '::after').content")
    assert "checked" in tip
    assert "checked" in fact.get_attribute("aria-description")


# What readers search for, and a page that must stand among the first results.
SEARCHES = {
    "429": "book/traps/instant-unlimited-scaling.html",
    "http 429": "book/traps/instant-unlimited-scaling.html",
    "504": "book/traps/twenty-nine-second-wall.html",
    "DLQ": "book/traps/dlq-vs-destinations.html",
    "visibility timeout": "book/mnemonics/vtf.html",
    "twice": "book/reference/symptoms.html",
}
FIRST = 3


def found(page, address, query):
    """The pages that a search finds, best first."""
    page.goto(f"{address}/search.html?q={query.replace(' ', '+')}")
    ended = re.compile("found|not match")  # the closing line comes when the last result is there
    page.locator(".search-summary").filter(has_text=ended).wait_for()
    links = page.locator("#search-results li > a").all()
    names = (link.get_attribute("href").partition("#")[0] for link in links)
    return list(dict.fromkeys(names))


@pytest.mark.parametrize("query", SEARCHES)
def test_search_finds_what_readers_look_for_from_a_file(open_page, book, query):
    page = open_page(book / "search.html")
    assert SEARCHES[query] in found(page, book.as_uri(), query)[:FIRST]
    assert page.errors == []
    assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("query", SEARCHES)
def test_search_finds_the_same_on_the_served_book(open_page, served_book, query):
    page = open_page(f"{served_book}/search.html")
    assert SEARCHES[query] in found(page, served_book, query)[:FIRST]


def test_search_finds_nothing_for_a_number_that_is_nowhere(open_page, book):
    assert found(open_page(book / "search.html"), book.as_uri(), "987654321") == []


def test_the_theme_can_be_switched_and_stays(open_page, place):
    page = open_page(f"{place}/book/intro.html", color_scheme="light")
    page.wait_for_function("document.documentElement.dataset.mode === 'auto'")
    page.locator("button.theme-switch-button").first.click()  # auto, then what the system is not
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    page.reload()
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")


# --- each guard fails when it should -----------------------------------------------------------


def small(tmp_path, body):
    file = tmp_path / "page.html"
    file.write_text(f"<!DOCTYPE html><html><body><article>{body}</article></body></html>")
    return file


def test_a_faint_word_is_found(open_page, tmp_path):
    page = open_page(small(tmp_path, '<p style="color: #999">faint</p><p>clear</p>'))
    assert [found.split()[0] for found in page.evaluate(FAINT)] == ["faint"]


def test_a_page_too_wide_is_found(open_page, tmp_path):
    page = open_page(small(tmp_path, '<p style="width: 600px">wide</p>'), **PHONE)
    assert width_overflow(page) > 0


def test_a_request_is_written_down(open_page, tmp_path):
    page = open_page(small(tmp_path, '<img src="http://127.0.0.1:9/x.png" alt="x">'))
    assert any(url.startswith("http://127.0.0.1") for url in page.requests)


def test_an_error_in_a_script_is_written_down(open_page, tmp_path):
    page = open_page(small(tmp_path, "<script>throw new Error('no')</script>"))
    assert page.errors == ["no"]
