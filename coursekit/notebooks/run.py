"""Run notebooks side by side, each in a kernel of its own."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

CELL_SECONDS = 180  # no cell may take longer


@dataclass
class Run:
    """One notebook that was run, up to its first failing cell."""

    path: Path
    notebook: NotebookNode
    seconds: float = 0.0
    failed_index: int | None = None  # of the cell that failed
    error_name: str = ""
    error_text: str = ""


def workers(notebooks: int) -> int:
    """How many notebooks to run at once: labs mostly wait, so one more than there are cores.

    With more, cold starts and API calls take so long that a lab which measures time measures the
    others, and the whole is no faster.
    """
    return max(1, min(notebooks, (os.cpu_count() or 1) + 1))


def run_notebooks(
    notebooks: list[tuple[Path, NotebookNode]],
    environment: dict[str, str],
    report: Callable[[Run], None],
) -> list[Run]:
    """Run each notebook in place (in memory), `report` each as it ends."""
    return asyncio.run(_run_all(notebooks, environment, report))


async def _run_all(
    notebooks: list[tuple[Path, NotebookNode]],
    environment: dict[str, str],
    report: Callable[[Run], None],
) -> list[Run]:
    places = asyncio.Semaphore(workers(len(notebooks)))

    async def one(path: Path, notebook: NotebookNode) -> Run:
        async with places:
            run = await _run(path, notebook, environment)
        report(run)
        return run

    return await asyncio.gather(*(one(path, notebook) for path, notebook in notebooks))


async def _run(path: Path, notebook: NotebookNode, environment: dict[str, str]) -> Run:
    run, started = Run(path, notebook), time.monotonic()
    client = NotebookClient(
        notebook,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        kernel_name="python3",
        timeout=CELL_SECONDS,
        startup_timeout=90,
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=lambda cell, cell_index: setattr(run, "failed_index", cell_index),
    )
    try:
        await client.async_execute(env=environment)
        run.failed_index = None
    except CellExecutionError as error:
        run.error_name, run.error_text = error.ename, error.evalue
    except (CellTimeoutError, DeadKernelError, RuntimeError) as error:
        run.error_name = type(error).__name__
        run.error_text = str(error).splitlines()[0]
    run.seconds = time.monotonic() - started
    return run
