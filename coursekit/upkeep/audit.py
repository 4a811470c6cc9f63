"""Known weaknesses of the parts that are downloaded, as pip-audit and npm's audit know them.

The emulator's parts are told apart: they are frozen as of the day of LocalStack's last free
release, because what came later breaks it. It listens on loopback only and holds nothing of value.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

from coursekit.paths import ROOT
from coursekit.upkeep.report import Section

PIP_AUDIT = "pip-audit==2.10.1"
COURSE = "requirements.txt"
FROZEN = ("emulator/requirements.txt", "emulator/functions.txt", "emulator/runtimes.txt")
COURSE_NPM = ("coursekit/book", "coursekit/audit")
FROZEN_NPM = "emulator"


def look(root: Path = ROOT) -> list[Section]:
    """Ask for each lock. What could not be asked is a finding as well: silence is no good news."""
    course = audit_lock(root / COURSE)
    course += [row for folder in COURSE_NPM for row in audit_npm(root / folder)]
    frozen = [row for lock in FROZEN for row in audit_lock(root / lock)]
    frozen += audit_npm(root / FROZEN_NPM)
    return [
        Section(
            "Known weaknesses of the course's parts",
            "`make lock` takes the newest versions that fit; then `make test`.",
            tuple(course),
        ),
        Section(
            "For the record: the emulator's parts, which are frozen with LocalStack 4.14.0",
            "SECURITY.md says why, and what keeps them harmless.",
            tuple(frozen),
            apart=True,
        ),
    ]


def audit_lock(lock: Path) -> list[str]:
    """Run pip-audit on a lock with hashes."""
    command = [os.environ.get("COURSE_UV", "uv"), "tool", "run", "--quiet", "--from", PIP_AUDIT]
    command += ["pip-audit", "--requirement", str(lock), "--require-hashes", "--disable-pip"]
    told = run([*command, "--format", "json", "--progress-spinner", "off"], lock.parent)
    try:
        return rows_of_pip_audit(told.stdout)
    except (ValueError, KeyError, TypeError):
        return [f"{lock.name} could not be looked at: {last_words(told)}"]


def rows_of_pip_audit(output: str) -> list[str]:
    """A line a weakness, and one a package that could not be looked up."""
    rows = []
    for package in json.loads(output)["dependencies"]:
        if "skip_reason" in package:
            rows.append(f"{package['name']} could not be looked up: {package['skip_reason']}")
            continue
        for weakness in package["vulns"]:
            mended = ", ".join(weakness["fix_versions"]) or "no version yet"
            what = f"{package['name']} {package['version']}: {weakness['id']}"
            rows.append(f"{what}, mended in {mended}")
    return rows


def audit_npm(folder: Path) -> list[str]:
    """Run npm's audit on the lock file in a folder."""
    npm = shutil.which("npm")
    if npm is None:
        return ["package-lock.json was not looked at: there is no npm on this machine"]
    told = run([npm, "audit", "--package-lock-only", "--json"], folder)
    try:
        return rows_of_npm(told.stdout)
    except (ValueError, KeyError, TypeError):
        return [f"package-lock.json could not be looked at: {last_words(told)}"]


def rows_of_npm(output: str) -> list[str]:
    """A line a package. Raises KeyError where npm could not ask."""
    return [
        f"{name} {found['range']}: {found['severity']}"
        for name, found in sorted(json.loads(output)["vulnerabilities"].items())
    ]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def last_words(told: subprocess.CompletedProcess) -> str:
    rows = (told.stderr.strip() or told.stdout.strip() or "it said nothing").splitlines()
    return rows[-1][:200]
