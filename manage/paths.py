"""Where things lie. Everything that a run makes is under `.course/` or `_build/`."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".course"
VENV = STATE / "venv"
PYTHON = VENV / "bin" / "python"
EMULATOR_HOME = STATE / "emulator"
EMULATOR_PYTHON = EMULATOR_HOME / "venv" / "bin" / "python"
LOGS = STATE / "logs"
BOOK = ROOT / "_build"
HTML = BOOK / "html"
UV = Path(os.environ.get("COURSE_UV", "uv"))
EMULATOR_PORT = 4566


def clean_environment(**more: str) -> dict[str, str]:
    """The learner's environment without anything that could point a tool at a real account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "PYTHONUTF8": "1", "AWS_EC2_METADATA_DISABLED": "true", **more}
