"""A page on paper: white, unfolded, without what is of use on a screen only."""

CHAPTER = "book/mnemonics/vtf.html"


def printed(page):
    """Make the page what a printer gets, as long as the test lasts."""
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


def test_a_dark_page_is_printed_light_and_unfolded_and_then_is_as_before(open_page, book):
    page = open_page(book / CHAPTER, color_scheme="dark")
    page.locator("html[data-theme=dark]").wait_for()
    folded = page.locator("article details:not([open])")
    count = folded.count()
    assert count > 0
    printed(page)
    assert folded.count() == 0
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert color in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("html[data-theme=dark]").count() == 1
    assert folded.count() == count


def test_chromium_tells_a_page_that_it_is_printed(open_page, book):
    page = open_page(book / CHAPTER)
    page.evaluate("addEventListener('beforeprint', () => { document.title = 'printed'; })")
    page.pdf()
    assert page.title() == "printed"


def test_what_is_for_the_screen_is_not_printed(open_page, book):
    page = open_page(book / CHAPTER)
    printed(page)
    for name in (".bd-sidebar-primary", ".bd-sidebar-secondary", ".prev-next-footer", ".ck-check"):
        assert page.locator(name).count() > 0, name
        assert not page.locator(name).first.is_visible(), name
    assert page.locator("article .ck-reason").first.is_visible()


def test_no_picture_is_cut(open_page, book):
    page = open_page(book / CHAPTER, viewport={"width": 700, "height": 1000})
    printed(page)
    assert (
        page.evaluate(
            """[...document.querySelectorAll("article :is(img, svg, table, pre)")]
           .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
           .map((one) => one.outerHTML.slice(0, 80))"""
        )
        == []
    )
