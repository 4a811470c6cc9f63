"""The built book: every page of it."""

import gzip
import re

from coursekit.content import load_chapters

CHAPTER_BUDGET = 350 * 1024  # bytes of a chapter page with all it loads, each gzipped


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


def test_scripts_are_loaded_where_they_are_used_only(site):
    for file, page in site.pages.items():
        loads = any("self-check.js" in src for src in page.tree.xpath("//script/@src"))
        uses = bool(page.tree.xpath("//*[contains(@class, 'ck-question')]"))
        assert loads == uses, file


def test_no_page_loads_a_module_that_file_addresses_would_block(site):
    for file, page in site.pages.items():
        assert not page.tree.xpath("//script[@type='module']"), file


def test_a_chapter_is_light(site):
    for chapter in load_chapters().values():
        file = site.folder / f"{chapter.docname}.html"
        assert weight(site, file) < CHAPTER_BUDGET, chapter.slug


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
