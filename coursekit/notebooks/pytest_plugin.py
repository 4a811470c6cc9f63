"""What nbval lacks: stop a notebook at its first failing cell; the next ones would fail with it.

Loaded by `python -m coursekit.notebooks test`.
"""

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

_failed: set[IPyNbFile] = set()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the cells after a failed one."""
    if isinstance(item, IPyNbCell) and item.parent in _failed:
        pytest.skip("an earlier cell of this notebook failed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> pytest.TestReport:
    """Remember the notebooks that failed."""
    report = yield
    if report.failed and isinstance(item, IPyNbCell):
        _failed.add(item.parent)
    return report
