"""Handlers of two labs may have the same name: each test imports its own."""

import sys

import pytest

from coursekit.paths import HANDLERS


@pytest.fixture(autouse=True)
def forget_handlers():
    """Take what a test imported out of the cache, so that the next one finds its own folder's."""
    yield
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(str(HANDLERS)):
            del sys.modules[name]
