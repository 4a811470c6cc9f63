"""Each look at the pages finds what it is for."""

import pytest

from .test_book import pages_in_order, wrong_neighbors


@pytest.mark.parametrize(
    "body",
    [
        '<a href="nowhere.html">x</a>',
        '<a href="#nowhere">x</a>',
        '<a href="other.html#nowhere">x</a>',
        '<img src="nowhere.png" alt="x">',
    ],
)
def test_a_link_to_nowhere_is_found(small_site, body):
    assert len(list(small_site(page=body, other="<p id='here'>x").broken_links())) == 1


def test_good_links_pass(small_site):
    body = '<p id="a"><a href="#a">x</a><a href="other.html#here">x</a><a href="https://a.b">x</a>'
    assert list(small_site(page=body, other="<p id='here'>x").broken_links()) == []


@pytest.mark.parametrize(
    "body",
    [
        '<script src="https://a.example/x.js"></script>',
        '<script src="//a.example/x.js"></script>',
        '<link rel="stylesheet" href="https://a.example/x.css">',
        '<link rel="preconnect" href="https://a.example">',
        '<img src="http://a.example/x.png" alt="x">',
        '<iframe src="https://a.example"></iframe>',
        '<svg><image href="https://a.example/x.png"/></svg>',
        '<style>@import "https://a.example/x.css"</style>',
        '<p style="background: url(https://a.example/x.png)">x</p>',
        '<form action="https://a.example"></form>',
        '<meta http-equiv="refresh" content="0; url=https://a.example">',
    ],
)
def test_a_request_to_outside_is_found(small_site, body):
    assert len(list(small_site(page=body).outside_requests())) == 1


def test_a_font_from_outside_is_found_in_a_style_sheet(small_site, tmp_path):
    (tmp_path / "x.css").write_text("@font-face { src: url('https://a.example/x.woff2') }")
    assert len(list(small_site(page="x").outside_requests())) == 1


def test_a_link_that_a_reader_follows_is_no_request(small_site):
    assert list(small_site(page='<a href="https://a.example">x</a>').outside_requests()) == []


@pytest.mark.parametrize("body", ['<img src="data:,">', "<figure><svg></svg></figure>"])
def test_a_picture_without_text_is_found(small_site, body):
    assert len(list(small_site(page=body).images_without_alt())) == 1


def test_pages_of_one_name_are_found(small_site):
    page = "<!DOCTYPE html><html><head><title>Same</title></head><p>x</html>"
    assert list(small_site(one=page, other=page).repeated_titles()) == ["2 pages are called 'Same'"]


def test_an_id_given_twice_is_found(small_site):
    assert len(list(small_site(page='<main><p id="a"><p id="a"></main>').repeated_ids())) == 1


@pytest.mark.parametrize(
    "body",
    [
        "<p>{fact}`lambda-timeout`</p>",
        "<p>:cell:`x`</p>",
        "<pre>Traceback (most recent call last):</pre>",
        "<pre>ValueError: no</pre>",
        "<pre>/home/somebody/course/labs</pre>",
        '<p><span class="problematic">x</span></p>',
    ],
)
def test_what_should_not_be_left_is_found(small_site, body):
    assert len(list(small_site(page=body).leftovers())) == 1


def test_code_may_talk_about_roles_and_paths_may_be_relative(small_site):
    body = "<p><code>{fact}`id`</code> in labs/home/x and a/root/b</p>"
    assert list(small_site(page=body).leftovers()) == []


@pytest.mark.parametrize(
    ("one", "two", "seen"),
    [
        ("right-next", "left-prev", 0),
        ("right-next", "none", 1),
        ("none", "left-prev", 1),
        ("left-prev", "right-next", 4),
    ],
)
def test_a_missing_or_wrong_neighbor_is_found(small_site, one, two, seen):
    footer = "<footer><a class='{}' href='{}.html'>x</a></footer>"
    site = small_site(a=footer.format(one, "b"), b=footer.format(two, "a"))
    assert len(list(wrong_neighbors(site, ["a", "b"]))) == seen


def test_the_order_of_the_pages_is_that_of_the_table_of_contents():
    chapter = {"file": "one", "sections": [{"file": "one-lab"}]}
    contents = {
        "root": "start",
        "parts": [{"caption": "x", "chapters": [chapter, {"file": "two"}]}],
    }
    assert list(pages_in_order(contents)) == ["start", "one", "one-lab", "two"]


POLICY = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'">"""


@pytest.mark.parametrize(
    ("head", "body", "seen"),
    [
        ("", "", "0 policies"),
        (POLICY * 2, "", "2 policies"),
        (f'<script src="x.js"></script>{POLICY}', "", "too late"),
        (POLICY, '<p onclick="go()">x', "onclick"),
        (POLICY, '<p style="color: red">x', "style"),
        (POLICY, "<script>go()</script>", "a script in the text"),
    ],
)
def test_what_a_policy_cannot_hold_is_found(small_site, head, body, seen):
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    (problem,) = small_site(page=page).policy_problems()
    assert seen in problem


def test_a_page_that_is_about_nothing_is_found(small_site):
    page = '<!DOCTYPE html><html><head><meta name="description" content=" "></head></html>'
    assert list(small_site(page=page).pages_without_description()) == ["page.html"]
