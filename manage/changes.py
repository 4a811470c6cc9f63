"""Which labs a change can touch: from names of files to slugs, for `make test SINCE=…`.

A file that cannot reach a lab is named here. Any other file, known or new, counts for all labs:
forgetting one costs minutes, never a fault that nobody sees.
"""

import fnmatch
import subprocess
from collections.abc import Iterable
from pathlib import PurePosixPath

from manage import say
from manage.paths import ROOT

OF_ONE_LAB = ("labs/*/{slug}.ipynb", "labs/handlers/{slug}/*", "book/questions/{slug}.yml")
OF_NO_LAB = (
    # What is read only, and what draws it. Facts and questions are in outputs of labs.
    *("book/*.md", "book/figures/*", "book/images/*", "book/reference/*", "book/status.json"),
    *("_config.yml", "_toc.yml"),
    *("coursekit/book/*", "coursekit/figures/*", "coursekit/readme.py"),
    # What is about the project, and what checks it. nbval.cfg decides how outputs are compared.
    *("*.md", "LICENSE*", ".git*", ".github/*", ".devcontainer/*", ".binder/*", ".ci/*"),
    *("docker-compose.yml", "tests/*/*", "emulator/bench.py", "coursekit/upkeep/*"),
    *(".pre-commit-config.yaml", "coursekit/authoring/*"),
)


def labs_since(commit: str) -> list[str]:
    """Slugs of the labs that may act otherwise than at this commit, sorted.

    Looks at what was committed since this branch left it, at what is not committed yet, and at new
    files. Raises Failure where there is no such commit.
    """
    base = git("merge-base", commit, "HEAD").strip()
    changed = git("diff", "--name-only", "--no-renames", "-z", base).split("\0")
    new = git("ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return labs_of(filter(None, [*changed, *new]), all_labs())


def labs_of(files: Iterable[str], labs: list[str]) -> list[str]:
    """Those of the labs that these files can touch: paths below the root, `/` between."""
    touched: set[str] = set()
    for file in files:
        own = {slug for slug in labs if is_one_of(file, OF_ONE_LAB, slug)}
        if own:
            touched |= own
        elif not is_one_of(file, OF_NO_LAB) and not is_of_a_lab_that_is_gone(file):
            return sorted(labs)
    return sorted(touched)


def is_one_of(file: str, patterns: tuple[str, ...], slug: str = "") -> bool:
    """Whether a pattern fits. `*` spans folders, as in fnmatch."""
    return any(fnmatch.fnmatchcase(file, pattern.format(slug=slug)) for pattern in patterns)


def is_of_a_lab_that_is_gone(file: str) -> bool:
    """A deleted or renamed lab leaves paths behind that no lab has any more."""
    return is_one_of(file, OF_ONE_LAB, "*") and not (ROOT / file).exists()


def all_labs() -> list[str]:
    return sorted(PurePosixPath(path).stem for path in ROOT.glob("labs/*/*.ipynb"))


def git(*arguments: str) -> str:
    """What git says. Raises Failure in git's own words."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        raise say.Failure("git is not installed.", "install git, then try again.") from None
    if done.returncode:
        raise say.Failure(
            f"git {arguments[0]} did not succeed: {done.stderr.strip()}",
            "name a commit or a branch of this clone: make test STAGE=labs SINCE=origin/main.",
        )
    return done.stdout
