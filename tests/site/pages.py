"""Look at built HTML: what it links to, what it would fetch, and what should not be in it."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from coursekit.paths import ROOT

# Where a browser fetches by itself. Links that a reader follows are not requests.
FETCHED = (
    ("//script/@src", "script"),
    ("//link[not(@rel='canonical' or @rel='next' or @rel='prev')]/@href", "link"),
    ("//img/@src | //img/@srcset | //source/@src | //source/@srcset", "image"),
    ("//iframe/@src | //frame/@src | //embed/@src | //object/@data", "frame"),
    ("//video/@src | //video/@poster | //audio/@src | //track/@src", "media"),
    ("//*[local-name()='image' or local-name()='use' or local-name()='feImage']/@href", "svg"),
    ("//form/@action", "form"),
    ("//meta[@http-equiv='refresh']/@content", "refresh"),
)
OUTSIDE = re.compile(r"^\s*(?:https?:|wss?:|ftp:)?//", re.IGNORECASE)
IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", re.IGNORECASE)
LEFTOVER_ROLE = re.compile(r"\{[a-z-]+\}`|:[a-z-]+:`|```\{[a-z-]+\}")
TRACEBACK = re.compile(r"Traceback \(most recent call last\)|^\w*Error: ", re.MULTILINE)
MACHINE_PATH = re.compile(
    rf"{re.escape(str(ROOT))}\b|(?<![\w/.])/(?:home|Users|private/var)/[\w./-]+"
)


class Page:
    """One built page."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.tree = html.document_fromstring(file.read_text("utf-8"))

    @cached_property
    def ids(self) -> set[str]:
        return set(self.tree.xpath("//@id")) | set(self.tree.xpath("//a/@name"))

    @cached_property
    def words(self) -> str:
        """The article's text, code left out."""
        article = self.tree.xpath("//article") or [self.tree]
        copy = html.fromstring(html.tostring(article[0]))
        for element in copy.xpath("//pre | //code | //script | //style"):
            element.drop_tree()
        return copy.text_content()

    @cached_property
    def everything(self) -> str:
        """All text, code and outputs included."""
        return "\n".join(self.tree.itertext())


class Site:
    """A folder of built pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.pages = {
            file.resolve(): Page(file)
            for file in sorted(self.folder.rglob("*.html"))
            if "_static" not in file.relative_to(self.folder).parts
        }

    def name(self, file: Path) -> str:
        return str(file.relative_to(self.folder))

    def broken_links(self) -> Iterator[str]:
        for file, page in self.pages.items():
            for link in page.tree.xpath("//a/@href | //link/@href | //script/@src | //img/@src"):
                address = urlsplit(link)
                if address.scheme or address.netloc:
                    continue
                target = (file.parent / unquote(address.path)).resolve() if address.path else file
                if not target.is_file():
                    yield f"{self.name(file)}: {link} leads to no file"
                elif (
                    address.fragment
                    and target in self.pages
                    and unquote(address.fragment) not in self.pages[target].ids
                ):
                    yield f"{self.name(file)}: {link} leads to no anchor"

    def outside_requests(self) -> Iterator[str]:
        for file, page in self.pages.items():
            for xpath, kind in FETCHED:
                for address in page.tree.xpath(xpath):
                    if OUTSIDE.match(str(address).split("url=")[-1]):
                        yield f"{self.name(file)}: {kind} {address}"
            styles = [*page.tree.xpath("//style/text()"), *page.tree.xpath("//@style")]
            for address in _fetched_by_style("\n".join(map(str, styles))):
                yield f"{self.name(file)}: style {address}"
        for file in sorted(self.folder.rglob("*.css")):
            for address in _fetched_by_style(file.read_text("utf-8", "replace")):
                yield f"{self.name(file)}: {address}"

    def repeated_titles(self) -> Iterator[str]:
        titles = Counter(page.tree.findtext(".//title") for page in self._content())
        for title, count in titles.items():
            if count > 1 or not title:
                yield f"{count} pages are called {title!r}"

    def images_without_alt(self) -> Iterator[str]:
        for file, page in self.pages.items():
            for image in page.tree.xpath("//img[not(normalize-space(@alt))]"):
                yield f"{self.name(file)}: {(image.get('src') or '')[:60]}"
            for drawing in page.tree.xpath("//figure//*[local-name()='svg']"):
                title = drawing.xpath("./*[local-name()='title']/text()")
                if not (title or drawing.get("aria-label") or drawing.get("aria-labelledby")):
                    yield f"{self.name(file)}: a drawing without a text"

    def repeated_ids(self) -> Iterator[str]:
        for file, page in self.pages.items():
            for name, count in Counter(page.tree.xpath("//main//@id")).items():
                if count > 1:
                    yield f"{self.name(file)}: id {name} is given {count} times"

    def leftovers(self) -> Iterator[str]:
        """Role text that was not resolved, tracebacks, and paths of the machine that built it."""
        for file, page in self.pages.items():
            for pattern, text in (
                (LEFTOVER_ROLE, page.words),
                (TRACEBACK, page.everything),
                (MACHINE_PATH, page.everything),
            ):
                for match in pattern.finditer(text):
                    yield f"{self.name(file)}: {match[0]!r}"
            for problem in page.tree.xpath("//*[contains(@class, 'problematic')]"):
                yield f"{self.name(file)}: {problem.text_content()[:60]!r} was not resolved"

    def policy_problems(self) -> Iterator[str]:
        """Pages without a policy, and what in them no policy of ours lets run."""
        for file, page in self.pages.items():
            policies = page.tree.xpath("//head/meta[@http-equiv='Content-Security-Policy']")
            if len(policies) != 1:
                yield f"{self.name(file)}: {len(policies)} policies"
            elif policies[0].xpath("preceding::script | preceding::link | preceding::style"):
                yield f"{self.name(file)}: its policy comes too late"
            for attribute in page.tree.xpath("//@*[name()='style' or starts-with(name(), 'on')]"):
                yield f"{self.name(file)}: {attribute.attrname}={attribute[:60]!r}"
            for script in page.tree.xpath("//body//script[not(@src)][not(@type)]"):
                yield f"{self.name(file)}: a script in the text: {script.text_content()[:60]!r}"

    def pages_without_description(self) -> Iterator[str]:
        for file, page in self.pages.items():
            if not page.tree.xpath("//meta[@name='description'][normalize-space(@content)]"):
                yield self.name(file)

    def _content(self) -> Iterator[Page]:
        """Pages that a reader reads; the root's redirect has a title of its own page."""
        for page in self.pages.values():
            if not page.tree.xpath("//meta[@http-equiv='refresh' or @http-equiv='Refresh']"):
                yield page


def _fetched_by_style(css: str) -> Iterator[str]:
    for match in IN_STYLE.finditer(css):
        address = match[1] or match[2]
        if OUTSIDE.match(address):
            yield address
