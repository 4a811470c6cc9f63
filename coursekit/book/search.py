"""What Sphinx's search lacks: numbers in a query, words at the edges of ready-made HTML, and the
entries of `{index}` on pages that a build does not write anew.
"""

import contextlib
import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.index import IndexDomain
from sphinx.search.en import SearchEnglish
from sphinx.util.index_entries import split_index_msg

# Sphinx takes the tags out of raw HTML and leaves nothing in their place, so that the last word of
# one cell and the first of the next become one. After these tags a line may end.
BLOCK_ENDS = re.compile(
    r"(</(?:p|li|td|th|tr|dt|dd|div|h[1-6]|legend|summary|figcaption|caption|option|label|text)>"
    r"|<br ?/?>)(?!\n)"
)

# Sphinx's script drops what is only digits from a query: 429 would find nothing, though the index
# has it. So the splitter puts a sign in front of a number, and the stemmer takes it off again.
SPLITTER = r"""
var splitQuery = function (query) {
  return query.split(/[^\p{Letter}\p{Number}_\p{Emoji_Presentation}]+/gu).filter(Boolean)
    .map(function (word) { return /^\d+$/.test(word) ? "\u2116" + word : word; });
};
"""
STEMMER = r"""
Stemmer = (function (Porter) {
  return function () {
    var porter = new Porter();
    this.stemWord = function (word) {
      return word.charAt(0) === "\u2116" ? word.slice(1) : porter.stemWord(word);
    };
  };
})(Stemmer);
"""


class EnglishWithNumbers(SearchEnglish):
    """Sphinx's English, in which a number is a word."""

    js_stemmer_code = SearchEnglish.js_stemmer_code + STEMMER
    js_splitter_code = SPLITTER


def keep_words_apart(app: Sphinx, doctree: nodes.document) -> None:
    """End a line after each block of ready-made HTML; a browser shows the same."""
    for raw in doctree.findall(nodes.raw):
        if "html" in raw.get("format", "").split():
            apart = BLOCK_ENDS.sub(r"\1\n", raw.astext())
            raw.rawsource = apart
            raw.children = [nodes.Text(apart)]


def keep_index_entries(app: Sphinx) -> list:
    """Give the search index the entries of all pages; it takes up those of written pages alone."""
    domain = app.env.get_domain(IndexDomain.name)
    known = app.builder.indexer._index_entries  # by page; Sphinx has no public name for it
    for page, entries in domain.entries.items():
        if page not in known:
            known[page] = sorted(
                {
                    (text, target, main)
                    for kind, words, target, main, _ in entries
                    for text in texts_of(kind, words)
                }
            )
    return []  # no further pages


def texts_of(kind: str, words: str) -> list[str]:
    """Return what an index entry is found by; nothing when it is not one."""
    with contextlib.suppress(ValueError):
        return split_index_msg(kind, words)
    return []
