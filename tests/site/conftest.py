"""The built book, or a loud failure when there is none."""

import os
from pathlib import Path

import pytest

from coursekit.paths import HTML

from .pages import Site


@pytest.fixture(scope="session")
def site():
    """The built book. COURSE_HTML names another folder than `_build/html`."""
    folder = Path(os.environ.get("COURSE_HTML", HTML))
    if not (folder / "index.html").exists():
        pytest.fail("there is no built book: run `make book` first", pytrace=False)
    return Site(folder)


@pytest.fixture
def small_site(tmp_path):
    """Make a site of pages given as HTML; each body gets a head with its name as title."""

    def make(**pages):
        for name, body in pages.items():
            if not body.startswith("<!DOCTYPE"):
                body = f"<!DOCTYPE html><html><head><title>{name}</title></head>{body}</html>"
            (tmp_path / f"{name}.html").write_text(body)
        return Site(tmp_path)

    return make
