"""Where things lie. Everything that a run makes is under `.course/` or `_build/`."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".course"
VENV = STATE / "venv"
PYTHON = VENV / "bin" / "python"
NPM = STATE / "npm"
AUDIT = STATE / "audit"
EMULATOR_HOME = STATE / "emulator"
EMULATOR_PYTHON = EMULATOR_HOME / "venv" / "bin" / "python"
LOGS = STATE / "logs"
LAB_RUNS = LOGS / "lab-runs.json"  # how each lab went in the last `make test`
RUN = STATE / "run"
BOOK = ROOT / "_build"
HTML = BOOK / "html"
UV = Path(os.environ.get("COURSE_UV", "uv"))

# What a learner's shell may hold that would point a tool at a real account, or change what it runs.
DROPPED_PREFIXES = (
    *("AWS_", "LOCALSTACK_", "PYTHON", "PYTEST_", "JUPYTER", "IPYTHON", "MPL", "CONDA_"),
)
DROPPED = {"VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL"}


def clean_environment(**more: str) -> dict[str, str]:
    """The learner's environment without anything that could change a run or reach a real account.

    Jupyter and IPython get settings of their own: a password, an extension or a start-up script
    in the learner's home would make a lab behave differently here.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(DROPPED_PREFIXES) and name not in DROPPED
    }
    own = {
        "PYTHONUTF8": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "IPYTHONDIR": str(STATE / "ipython"),
        "MPLCONFIGDIR": str(STATE / "matplotlib"),
        **{
            f"JUPYTER_{kind}_DIR": str(STATE / "jupyter" / kind.lower())
            for kind in ("CONFIG", "DATA", "RUNTIME")
        },
    }
    return {**kept, **own, **more}
