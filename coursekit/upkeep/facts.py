"""Facts that want another look: by their age, and because their page reads otherwise now.

Of a page only a digest of its words is kept (`book/fact-pages.json`), never its text. It belongs to
the day of the look, `checked`: who looks again and changes that day has a new digest stored by
`make upkeep STAGE=facts ARGS=--store`. A change that nobody looked at is never stored over.
"""

import hashlib
import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree, html

from coursekit.content import Fact, load_facts
from coursekit.paths import BOOK, FACTS
from coursekit.upkeep.fetching import Answer, fetch_all
from coursekit.upkeep.report import Section

PAGES = BOOK / "fact-pages.json"
HOSTS = {"docs.aws.amazon.com"}  # its pages are text; price pages are put together in the browser
NOT_WORDS = "//script | //style | //noscript | //nav | //header | //footer | //comment()"
MAXIMUM_DAYS = 365


def look(
    store: bool = False,
    file: Path = FACTS,
    stored: Path = PAGES,
    hosts: set[str] = HOSTS,
    today: date | None = None,
) -> list[Section]:
    """Compare dates and pages; with `store` keep digests of pages looked at since the last ones."""
    facts = load_facts(file)
    today = today or date.today()
    old = sorted(
        (fact.checked, fact.id)
        for fact in facts.values()
        if (today - fact.checked).days > MAXIMUM_DAYS
    )
    cited = pages_of(facts, hosts)
    known = json.loads(stored.read_text("utf-8")) if stored.exists() else {}
    answers = fetch_all(cited)
    changed, unknown = compare(cited, known, answers)
    if store:
        keep(cited, known, answers, unknown, stored)
        unknown = [url for url in unknown if not words_of(answers[url])]
    return [
        Section(
            "Facts last looked at over a year ago",
            "Read their sources again, then change `checked` in `book/facts.yml`.",
            tuple(f"`{name}`, {checked}" for checked, name in old),
        ),
        Section(
            "Pages that changed since a fact was taken from them",
            "Read the page, mend the fact where it must be, change `checked`, then run "
            "`make upkeep STAGE=facts ARGS=--store`.",
            tuple(f"{url} ({names(cited[url])})" for url in changed),
        ),
        Section(
            "Pages whose changes would not be seen yet",
            "`make upkeep STAGE=facts ARGS=--store` keeps a digest of their words.",
            tuple(f"{url} ({names(cited[url])})" for url in unknown),
        ),
    ]


def pages_of(facts: dict[str, Fact], hosts: set[str]) -> dict[str, list[Fact]]:
    """The facts by the page that they cite, on these hosts."""
    cited: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts.values():
        for source in fact.source:
            url = source.split()[0].partition("#")[0]
            if urlsplit(url).netloc in hosts and fact not in cited[url]:
                cited[url].append(fact)
    return dict(sorted(cited.items()))


def compare(
    cited: dict[str, list[Fact]], known: dict[str, dict[str, str]], answers: dict[str, Answer]
) -> tuple[list[str], list[str]]:
    """(pages whose words changed, pages that were looked at since their digest or have none)."""
    changed, unknown = [], []
    for url, facts in cited.items():
        if url not in known or known[url]["checked"] < last_look(facts):
            unknown.append(url)
        elif (words := words_of(answers[url])) and words != known[url]["words"]:
            changed.append(url)
    return changed, unknown


def keep(
    cited: dict[str, list[Fact]],
    known: dict[str, dict[str, str]],
    answers: dict[str, Answer],
    urls: list[str],
    stored: Path,
) -> None:
    """Write the digests of these pages; forget pages that no fact cites any more."""
    kept = {url: entry for url, entry in known.items() if url in cited}
    for url in urls:
        if words := words_of(answers[url]):
            kept[url] = {"checked": last_look(cited[url]), "words": words}
    stored.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", "utf-8")


def words_of(answer: Answer) -> str:
    """A digest of the words that a reader sees; empty where there is no page to read."""
    if answer.status != 200 or not answer.content:
        return ""
    try:
        tree = html.document_fromstring(answer.content, parser=html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:
        return ""
    for element in tree.xpath(NOT_WORDS):
        element.drop_tree()
    main = (tree.xpath("//*[@id='main-col-body']") or tree.xpath("//main") or [tree])[0]
    words = " ".join(main.text_content().split())
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else ""


def last_look(facts: list[Fact]) -> str:
    return max(fact.checked for fact in facts).isoformat()


def names(facts: list[Fact]) -> str:
    return ", ".join(f"`{fact.id}`" for fact in facts)
