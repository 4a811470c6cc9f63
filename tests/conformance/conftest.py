"""Runs the behaviors against what answers at LOCALSTACK_HOST, or an emulator of their own, and
compares the outcome with book/reference/fidelity.json, from which the book's page is made.

`make conformance` stores the outcome anew (--results=store).
"""

import pytest

from coursekit.cloud.clean import empty_account
from coursekit.cloud.emulator import running_services
from coursekit.notebooks.surroundings import emulator
from tests.conformance.cloud import Cloud
from tests.conformance.results import Results


def pytest_addoption(parser):
    parser.addoption("--results", choices=("compare", "store"), default="compare")


def pytest_configure(config):
    config.addinivalue_line("markers", "behavior(**fields): see behavior.py")
    if not hasattr(config, "workerinput"):  # with xdist only the controller keeps the results
        config.pluginmanager.register(Results(config), "conformance-results")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent.name != "conformance":
            continue
        if not item.get_closest_marker("behavior"):
            raise pytest.UsageError(
                f"{item.nodeid} is not marked: say what AWS does with @behavior(...)"
            )
        if hasattr(item, "callspec"):
            raise pytest.UsageError(
                f"{item.nodeid} has parameters: a behavior is one sentence and one outcome"
            )


def pytest_runtest_setup(item):
    marker = item.get_closest_marker("behavior")
    sentence = item.originalname.removeprefix("test_").replace("_", " ")
    item.user_properties.append(("behavior", {"behavior": sentence, **marker.kwargs}))


@pytest.fixture(scope="session")
def address():
    with emulator() as where:
        yield where


@pytest.fixture
def cloud(address):
    """An account that no other test uses, emptied at the end: what polls would go on."""
    cloud = Cloud(address.url)
    yield cloud
    running = running_services(address)
    for account in (cloud, *cloud.others):
        empty_account(account.client, [name for name in running if name in account.clients])
