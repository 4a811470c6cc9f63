"""Run the labs again with nbval and compare every output with the stored one."""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from pathlib import Path

from coursekit.notebooks.files import short_name
from coursekit.notebooks.run import CELL_SECONDS, workers
from coursekit.paths import ROOT, TESTS


def validate(paths: list[Path], environment: dict[str, str]) -> int:
    """Strict nbval, one worker a notebook. Returns pytest's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [
            *(sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider"),
            *("-p", "coursekit.notebooks.pytest_plugin", "--color=no"),
            *("--nbval", "--nbval-current-env", f"--nbval-sanitize-with={TESTS / 'nbval.cfg'}"),
            *(f"--nbval-cell-timeout={CELL_SECONDS}", "--nbval-kernel-startup-timeout=90"),
            *("--numprocesses", str(workers(len(paths))), "--dist=loadfile"),
            *(f"--junitxml={report}", *map(str, paths)),
        ]
        status = subprocess.run(command, cwd=ROOT, env=environment).returncode
        if report.exists():
            _print_seconds(report, paths)
        return status


def _print_seconds(report: Path, paths: list[Path]) -> None:
    """How long each lab took."""
    seconds: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(report).iter("testcase"):
        for path in paths:
            # junit writes the path with dots, for example labs.mnemonics.vtf.ipynb
            if path.stem in case.get("classname", "").replace("/", ".").split("."):
                seconds[short_name(path)] += float(case.get("time", 0))
    for name, value in seconds.items():
        print(f"{name}: {value:.1f} s")
