"""The last look at a page: what it mends, what it lets a page load, and what it says of it."""

import base64
import hashlib

import pytest

from coursekit.book.finish import finish, first_words, policy

PAGE = """

<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8" />{head}</head><body>{body}</body></html>"""


def page(head="", body=""):
    return finish(PAGE.format(head=head, body=body))


def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def test_a_policy_stands_before_everything_it_is_for():
    text = page('<link href="x.css" rel="stylesheet"><script src="x.js"></script>')
    assert text.startswith("<!DOCTYPE html>")
    assert text.index("Content-Security-Policy") < text.index("x.css")
    assert text.count("Content-Security-Policy") == 1


def test_scripts_of_the_head_and_styles_run_by_their_hash():
    rules = policy('<head><script data-x="y">go()</script></head><svg><style>a{}</style></svg>')
    scripts, styles = rules.split("; ")[1:3]
    assert scripts == f"script-src 'self' file: {digest('go()')}"
    assert styles == f"style-src 'self' file: {digest('a{}')}"


def test_a_script_of_an_article_does_not_run():
    assert digest("go()") not in policy("<head></head><body><script>go()</script></body>")


def test_data_is_no_script():
    rules = policy('<head><script type="application/json">{}</script><script src="x"></script>')
    assert "sha256" not in rules


def test_search_scripts_are_loaded_by_the_page_that_searches():
    scripts = "".join(
        f'<script src="../_static/{name}.js"></script>'
        for name in ("searchtools", "language_data", "../searchindex", "doctools")
    )
    assert page(scripts).count("<script") == 1
    assert page(scripts, '<div id="search-results"></div>').count("<script") == 4


@pytest.mark.parametrize(
    ("fault", "mended"),
    [
        ('<meta name="viewport" content="width=device-width, initial-scale=1" />', ""),
        ('<meta name="docsearch:version" content="" />', ""),
        ("<script>DOCUMENTATION_OPTIONS.pagename = 'a';</script>", ""),
        ("<script>\n  // Activate the search field on page load\n  go();\n</script>", ""),
        ('<script src="a.js"></script>', '<script defer src="a.js"></script>'),
        (
            '<button class="btn search-button-field x" title="Search" aria-label="Search">',
            '<button class="btn search-button-field x">',
        ),
        (
            '<a class="r" href="a.html">A</a><details open="open"><summary><i></i></summary>',
            '<a class="r" href="a.html">A</a><details open="open">'
            '<summary aria-label="Pages under: A"><i></i></summary>',
        ),
        (
            '<div id="pst-primary-sidebar" class="x">',
            '<div id="pst-primary-sidebar" role="complementary" aria-label="The book" class="x">',
        ),
        (
            '<summary aria-label="Toggle hidden content">\n'
            '<p class="collapsed admonition-title">Show</p>\n'
            '<p class="expanded admonition-title">Hide</p></summary>',
            '<summary>\n<span class="collapsed admonition-title">Show</span>\n'
            '<span class="expanded admonition-title">Hide</span></summary>',
        ),
        ('<table style="width: 100%" class="x">', '<table class="x">'),
        ('<td style="width: 33%; vertical-align: top;">', "<td>"),
        ("<svg><style>.ck-figure svg > path { fill: red; }</style></svg>", "<svg></svg>"),
        ("<style>.jp-OutputArea .k{color:red}.jp-OutputArea .s{}</style>", ""),
        ("<h1></h1>", ""),
        (
            '<img src="../logo.svg" alt="x"/>',
            '<img src="../logo.svg" width="44" height="44" alt="x"/>',
        ),
    ],
)
def test_a_fault_of_the_theme_is_mended(fault, mended):
    assert page(body=f"-{fault}-").endswith(f"<body>-{mended}-</body></html>")


def test_what_is_right_stays():
    body = '<p>1.0 <script defer src="a.js"></script> <h1>Title</h1> &lt;script src=&quot;b&quot;'
    assert f"<body>{body}</body>" in page(body=body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<p>Situation.</p><div class="ck-answer-first"><p>The\nanswer.</p></div>', "The answer."),
        ('<p class="ck-lab-of">The lab of</p><p> </p><p>An <b>incident</b>.</p>', "An incident."),
        (f"<p>{'word ' * 99}</p>", f"{'word ' * 39}…"),
        ("", ""),
        ("<ul><li>none</li></ul>", ""),
    ],
)
def test_a_page_is_described_by_its_first_words(body, words):
    assert first_words(body) == words
