"""The last look at a page before it is written: the theme's known faults, and what it may load.

A page says by a Content-Security-Policy that it loads nothing but files beside it. The policy must
hold from a server and from a folder: `'self'` is the server, `file:` the folder. Scripts inside a
page run by their hash and in its head only, where the theme puts them; whatever gets into an
article does not run.
"""

import base64
import hashlib
import re
import shutil
import textwrap
from html import escape
from pathlib import Path

from lxml import html
from sphinx.application import Sphinx
from sphinx.jinja2glue import BuiltinTemplateLoader

DESCRIPTION_LENGTH = 200  # what a search engine shows
DESCRIPTIONS = {
    "genindex": "Every term of the course, by its first letter.",
    "search": "Search the chapters and labs of the course.",
}
# Patterns of the theme's faults, with what stands in their place.
MENDS = tuple(
    (re.compile(pattern, re.DOTALL), replacement)
    for pattern, replacement in (
        # Docutils and the theme say again what Sphinx has said.
        (r'\s*<meta name="viewport" content="width=device-width, initial-scale=1"\s*/>', ""),
        # For a search service that the book does not use.
        (r'\s*<meta name="docsearch:[^>]*>', ""),
        # Read by parts of the theme that are not in the book: versions, and search while typing.
        (r"\s*<script>DOCUMENTATION_OPTIONS\.[^<]*</script>", ""),
        # The theme focuses the hidden field of the dialog; search-page.js focuses the visible one.
        (r"\s*<script>\s*// Activate the search field on page load.*?</script>", ""),
        # Scripts that wait let the page appear. Their order among themselves stays.
        (r"<script src=", "<script defer src="),
        # The way through the book is a landmark, as its content is one.
        (
            r'<div id="pst-primary-sidebar" ',
            '<div id="pst-primary-sidebar" role="complementary" aria-label="The book" ',
        ),
        # A button with words is called what it says.
        (r'(<button class="btn search-button-field [^"]*")[^>]*>', r"\1>"),
        # A line to open needs a name of its own.
        (
            r'(<a class="[^"]*" href="[^"]*">([^<]*)</a><details[^>]*><summary)>',
            r'\1 aria-label="Pages under: \2">',
        ),
        # MyST-NB puts paragraphs where words belong, and gives the line a name that hides them.
        (r'<summary aria-label="Toggle hidden content">', "<summary>"),
        (
            r'<p class="(collapsed|expanded) admonition-title">([^<]*)</p>',
            r'<span class="\1 admonition-title">\2</span>',
        ),
        # The look of the index is in content.css.
        (r' style="width: (?:100%|33%; vertical-align: top;)"', ""),
        # Pages without a title of their own would print an empty one.
        (r"<h1></h1>", ""),
        # What a lab's output says to JupyterLab, which the book is not.
        (r"<style>\.jp-OutputArea [^<]*</style>", ""),
        # The book has the look of its figures as files, once for all pages. Search reads other
        # pages and could not know the hash of a style in them.
        (r"<style>\.ck-figure [^<]*</style>", ""),
        # A picture whose size is known moves nothing when it comes.
        (r'(<img src="[^"]*logo\.svg") ', r'\1 width="44" height="44" '),
    )
)
SEARCH_SCRIPTS = re.compile(
    r'\s*<script defer src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>'
)
CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>')
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\b(?:src|type)=)[^>]*>(.*?)</script>", re.DOTALL)
INLINE_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
# Icons that the theme's style sheet names one by one, and the fonts that they would come from.
ICON = re.compile(r'(?:\.fa-[\w-]+:before,?)+\{content:"[^"]*"\}')
ICON_FONT = re.compile(r"@font-face\{[^}]*fontawesome[^}]*\}")
UNUSED = (
    "scripts/fontawesome.js",
    "scripts/fontawesome.js.map",
    "scripts/fontawesome.js.LICENSE.txt",
    "vendor/fontawesome",
    "webpack-macros.html",
    "sbt-webpack-macros.html",
)
FIRST_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={page}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<meta name="description" content="The way to the first page of the course.">
</head>
<body><main><h1>{title}</h1><p><a href="{page}">To the first page</a></p></main></body>
</html>
"""


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates, each page finished as it comes out of them."""

    def render(self, template: str, context: dict) -> str:
        """Return the text of a page or of another file."""
        text = super().render(template, context)
        return finish(text) if text.lstrip().startswith("<!DOCTYPE html>") else text


def finish(text: str) -> str:
    """Mend a page and give it its policy."""
    for pattern, replacement in MENDS:
        text = pattern.sub(replacement, text)
    if 'id="search-results"' not in text:
        text = SEARCH_SCRIPTS.sub("", text)  # a third of a page's weight, for one page
    text = text.lstrip()
    meta = f'\\g<0>\n    <meta http-equiv="Content-Security-Policy" content="{policy(text)}">'
    return CHARSET.sub(meta, text, count=1)


def policy(text: str) -> str:
    """Return what a page may load, its own inline scripts and styles by their hashes."""
    beside = "'self' file:"
    scripts = hashes(INLINE_SCRIPT, text.partition("</head>")[0])
    styles = hashes(INLINE_STYLE, text)
    rules = {
        "default-src": "'none'",
        "script-src": f"{beside}{scripts}",
        "style-src": f"{beside}{styles}",
        "img-src": f"{beside} data:",
        "connect-src": "'self'",  # search shows a few words of each page that it found
        "form-action": beside,
        "base-uri": "'none'",
    }
    return "; ".join(f"{rule} {sources}" for rule, sources in rules.items())


def hashes(pattern: re.Pattern, text: str) -> str:
    """Return the sources for what the pattern's group finds, each once."""
    found = dict.fromkeys(match[1] for match in pattern.finditer(text))
    digests = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in found)
    return "".join(f" 'sha256-{digest}'" for digest in digests)


def describe(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Give a page the description that search engines show: its first paragraph."""
    text = DESCRIPTIONS.get(page) or first_words(context.get("body", ""))
    if text:
        meta = f'\n    <meta name="description" content="{escape(text)}">'
        context["metatags"] = context.get("metatags", "") + meta


def first_words(body: str) -> str:
    """Return the chapter's answer, or else the first paragraph that says something."""
    if not body.strip():
        return ""
    tree = html.fragment_fromstring(body, create_parent="div")
    answer = tree.xpath(".//*[contains(@class, 'ck-answer-first')]//p")
    paragraphs = answer or tree.xpath(".//p[not(contains(@class, 'ck-lab-of'))]")
    texts = (" ".join(paragraph.text_content().split()) for paragraph in paragraphs)
    text = next(filter(None, texts), "")
    return textwrap.shorten(text, DESCRIPTION_LENGTH, placeholder=" …")


def finish_site(app: Sphinx, problem: Exception | None) -> None:
    """Write the first page, and take out of the theme's files what no page uses."""
    if problem or app.builder.name != "html":
        return
    static = Path(app.outdir, "_static")
    for name in UNUSED:
        unused = static / name
        if unused.is_dir():
            shutil.rmtree(unused)
        unused.unlink(missing_ok=True)
    sheet = static / "styles" / "pydata-sphinx-theme.css"
    if sheet.exists():
        text = sheet.read_text("utf-8")
        sheet.write_text(ICON_FONT.sub("", ICON.sub("", text)), "utf-8")
    if app.config.root_doc != "index":
        title, page = escape(app.config.html_title), f"{app.config.root_doc}.html"
        first = finish(FIRST_PAGE.format(title=title, page=page))
        Path(app.outdir, "index.html").write_text(first, "utf-8")
