"""The built book: every page of it."""

import gzip
import re

from coursekit.book import symptom_index
from coursekit.book.runs import STATUS_PAGE
from coursekit.content import load_chapters
from coursekit.content.check import LEAST_SYMPTOMS
from coursekit.content.status import load_status, runs_of
from coursekit.content.text import read_yaml
from coursekit.paths import TABLE_OF_CONTENTS

BUDGET = 350 * 1024  # bytes of a page with all it loads, each gzipped
CHAPTER_BUDGET = 200 * 1024


def test_links_and_anchors_lead_somewhere(site):
    assert list(site.broken_links()) == []


def test_nothing_is_fetched_from_outside(site):
    assert list(site.outside_requests()) == []


def test_pictures_have_a_text(site):
    assert list(site.images_without_alt()) == []


def test_titles_are_unique(site):
    assert list(site.repeated_titles()) == []


def test_ids_are_unique(site):
    assert list(site.repeated_ids()) == []


def test_nothing_unresolved_is_left(site):
    assert list(site.leftovers()) == []


def test_every_chapter_and_lab_is_in_the_book(site):
    for chapter in load_chapters().values():
        for docname in (chapter.docname, chapter.lab_docname):
            assert (site.folder / f"{docname}.html").exists(), docname


def test_chapter_and_lab_lead_to_each_other(site):
    for chapter in load_chapters().values():
        page = site.pages[site.folder / f"{chapter.docname}.html"]
        lab = site.pages[site.folder / f"{chapter.lab_docname}.html"]
        assert any(chapter.lab_docname in a for a in page.tree.xpath("//article//a/@href"))
        assert any(chapter.docname in a for a in lab.tree.xpath("//article//a/@href"))


def test_every_page_leads_to_the_one_before_and_the_one_after(site):
    order = list(pages_in_order(read_yaml(TABLE_OF_CONTENTS)))
    assert len(order) > 2 * len(load_chapters())
    assert list(wrong_neighbors(site, order)) == []


def pages_in_order(contents):
    """The pages of _toc.yml, as one reads them."""
    if isinstance(contents, dict):
        named = contents.get("root") or contents.get("file")
        yield from [named] if named else []
        for key in ("parts", "chapters", "sections"):
            for entry in contents.get(key, ()):
                yield from pages_in_order(entry)


def wrong_neighbors(site, order):
    """Pages whose links to the next or the previous page are missing or lead elsewhere."""
    for place, name in enumerate(order):
        file = site.folder / f"{name}.html"
        wanted = {
            "left-prev": order[place - 1] if place else None,
            "right-next": order[place + 1] if place + 1 < len(order) else None,
        }
        for side, neighbor in wanted.items():
            links = site.pages[file].tree.xpath(f"//footer//a[contains(@class, '{side}')]/@href")
            found = [(file.parent / link).resolve() for link in links]
            if found != ([site.folder / f"{neighbor}.html"] if neighbor else []):
                yield f"{name}: {side} leads to {links}, not to {neighbor}"


def test_every_chapter_says_how_long_it_takes(site):
    runs = load_status()
    for chapter in load_chapters().values():
        page = site.pages[site.folder / f"{chapter.docname}.html"].tree
        (line,) = page.xpath("//h1/following-sibling::*[1][contains(@class, 'ck-times')]")
        rest = " · lab: " if runs_of(chapter.slug, runs) else "$"
        assert re.match(rf"\d+ min to read{rest}", line.text_content()), chapter.slug


def test_every_chapter_is_found_by_a_symptom_and_every_symptom_has_its_cell(site):
    file = site.folder / f"{symptom_index.PAGE}.html"
    entries = site.pages[file].tree.xpath("//ul[contains(@class, 'ck-symptoms')]/li")
    for chapter in load_chapters().values():
        own = [one for one in entries if f"/{chapter.slug}.html" in one.xpath(".//a/@href")[0]]
        assert len(own) >= LEAST_SYMPTOMS, chapter.slug
        for entry in own:
            _, cell = entry.xpath(".//a/@href")
            assert f"{chapter.lab_docname}.html#cell-" in cell


def test_every_lab_has_its_row_on_the_status_page_and_its_card_leads_there(site):
    status = site.pages[site.folder / f"{STATUS_PAGE}.html"]
    for chapter in load_chapters().values():
        assert f"lab-{chapter.slug}" in status.ids
        page = site.pages[site.folder / f"{chapter.docname}.html"].tree
        (link,) = page.xpath("//dl[@class='ck-lab-facts']//a/@href")
        assert link.endswith(f"status.html#lab-{chapter.slug}")


def test_scripts_are_loaded_where_they_are_used_only(site):
    for file, page in site.pages.items():
        loads = any("self-check.js" in src for src in page.tree.xpath("//script/@src"))
        uses = bool(page.tree.xpath("//*[contains(@class, 'ck-question')]"))
        assert loads == uses, file


def test_no_page_loads_a_module_that_file_addresses_would_block(site):
    for file, page in site.pages.items():
        assert not page.tree.xpath("//script[@type='module']"), file


def test_a_page_is_light(site):
    heavy = {site.name(file): weight(site, file) for file in site.pages}
    assert {name: size for name, size in heavy.items() if size > BUDGET} == {}


def test_a_chapter_is_lighter(site):
    for chapter in load_chapters().values():
        file = site.folder / f"{chapter.docname}.html"
        assert weight(site, file) < CHAPTER_BUDGET, chapter.slug


def test_pages_say_what_they_load_and_what_they_are_about(site):
    assert list(site.policy_problems()) == []
    assert list(site.pages_without_description()) == []


def test_nothing_is_published_that_no_page_uses(site):
    unused = [*site.folder.rglob("*fontawesome*"), *site.folder.rglob("*webpack-macros*")]
    assert unused == []


def weight(site, file):
    """Bytes of a page with its styles, scripts and pictures, each gzipped."""
    page = site.pages[file].tree
    addresses = page.xpath(
        "//script/@src | //img/@src | //link[@rel='stylesheet' or @rel='icon']/@href"
    )
    files = {
        (file.parent / re.sub(r"[?#].*", "", address)).resolve()
        for address in addresses
        if not address.startswith("data:")
    }
    return sum(len(gzip.compress(one.read_bytes())) for one in {file, *files})
