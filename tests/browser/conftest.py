"""A Chromium of this machine, on pages opened from file://, with every request written down."""

import functools
import os
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from coursekit.browser import QUIET, WITHOUT_WINDOW, find_chromium
from coursekit.content import Question, render_question
from coursekit.paths import HTML, ROOT
from manage.serve import Pages, Server

STATIC = ROOT / "coursekit/book/static"


@pytest.fixture(scope="session")
def chromium():
    executable = find_chromium(WITHOUT_WINDOW)
    if executable is None:
        reason = "NO CHROMIUM FOUND: the pages were not tried in a browser; set CHROMIUM to one"
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Open a file or an address in a new profile, its clock stopped `at` a time where one is given.

    The page keeps what it asked for and what went wrong in it.
    """
    contexts = []

    def open_file(file, **options):
        storage = options.pop("storage", None)
        at = options.pop("at", None)
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        contexts.append(context)
        if storage is not None:
            key, value = storage
            context.add_init_script(f"localStorage.setItem({key!r}, {value!r})")
        page = context.new_page()
        if at is not None:
            page.clock.set_fixed_time(at)
        page.requests, page.errors, page.complaints = [], [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda told: told.type == "error" and page.complaints.append(told.text))
        page.goto(file if isinstance(file, str) else file.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()


def settle(page):
    """Give a page that has loaded a second: what comes later needs a reader's hand.

    That nothing more is asked for has no event to wait for. Playwright's `networkidle`, half a
    second without a request, now and then does not come though nothing is under way.
    """
    page.wait_for_timeout(1000)


@pytest.fixture(scope="session")
def book():
    """The folder of the built book. COURSE_HTML names another than `_build/html`."""
    folder = Path(os.environ.get("COURSE_HTML", HTML))
    if not (folder / "index.html").exists():
        pytest.fail("there is no built book: run `make book` first", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def served_book(book):
    """The address of the built book as `make start` serves it."""
    server = Server(("127.0.0.1", 0), functools.partial(Pages, directory=str(book)))
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    serving.join()


@pytest.fixture(params=["from a file", "served"])
def place(request, book, served_book):
    """The address of the book, in the two ways in which people read it."""
    return book.as_uri() if request.param == "from a file" else served_book


def make_question(name, right=(1,), stem="Which one?"):
    options = [
        {"text": f"Option {n}", "right": n in right, "reason": f"Reason {n}."} for n in range(4)
    ]
    return Question(
        id=name,
        kind="exam",
        stem=stem,
        options=options,
        exams=["SAA"],
        domains=["resilience"],
        difficulty="easy",
        patterns=["vtf"],
        lab="vtf#break",
    )


@pytest.fixture
def quiz(tmp_path):
    """A page with two questions, one of them with two right options."""
    questions = [
        make_question("vtf-one"),
        make_question("vtf-two", right=(0, 2), stem="Which? Choose two."),
    ]
    file = tmp_path / "quiz.html"
    body = "".join(render_question(question) for question in questions)
    file.write_text(
        f"""<!DOCTYPE html><html lang="en"><head><title>Quiz</title>
        <link rel="stylesheet" href="{(STATIC / "course.css").as_uri()}">
        <link rel="stylesheet" href="{(STATIC / "content.css").as_uri()}">
        <script defer src="{(STATIC / "storage.js").as_uri()}"></script>
        <script defer src="{(STATIC / "self-check.js").as_uri()}"></script></head>
        <body><main><div class="ck-self-check">{body}<p class="ck-score" role="status"></p>
        <button type="button" class="ck-reset" hidden>Clear</button></div></main></body></html>"""
    )
    return file
