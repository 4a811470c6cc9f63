"""What nbval lacks; loaded by `python -m coursekit.notebooks test`.

A notebook stops at its first failing cell: the next ones would fail with it. And cells run as they
do in JupyterLab, with history, without which a `;` at the end of a cell does not hide its value.
"""

import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile

_failed: set[IPyNbFile] = set()


def pytest_configure() -> None:
    """Run cells as a reader does."""

    def execute_cell_input(
        self: RunningKernel, cell_input: str, allow_stdin: bool | None = None
    ) -> str:
        return self.kc.execute(
            cell_input, allow_stdin=allow_stdin, stop_on_error=False, store_history=True
        )

    RunningKernel.execute_cell_input = execute_cell_input


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
