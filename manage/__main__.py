"""`python -m manage VERB`, called by bootstrap.sh: the verbs and what each is for."""

import argparse
import shutil
import sys
import time

from manage import book, check, environment, processes, say
from manage import start as course
from manage.paths import BOOK, PYTHON, ROOT, STATE

NOTEBOOKS = "coursekit.notebooks"
VERBS = {
    "start": "set up, start LocalStack, the book and JupyterLab; Ctrl-C ends it all",
    "stop": "end what `make start` started, from another window",
    "test": "every check there is; one alone: make test STAGE=labs",
    "book": "build the book into _build/html",
    "lab": "run a lab in place and keep its outputs: make lab SLUG=vtf",
    "picture": "draw the README's picture from what the vtf lab stored",
    "sabotage": "run every lab without its fix: each must fail in its proof",
    "soak": "run all labs ten times with one core kept busy: make soak RUNS=10",
    "conformance": "hold the emulator against AWS's documentation; store the fidelity page's data",
    "bench": "measure the emulator: make bench ARGS=--compare-ministack, ARGS=--help",
    "lock": "compile the lock files anew",
    "clean": "delete everything that was made (.course, _build)",
    "help": "this list",
}
OPTIONS = {
    "SLUG=vtf,saga": "only these labs (lab, sabotage, soak)",
    "STAGE=labs": "one check (test)",
    "RUNS=10": "how often (soak)",
    "PORT=4567": "another port for LocalStack (start)",
    "ARGS=--no-browser": "open no browser (start)",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make", usage="make VERB", add_help=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("verb", choices=VERBS, metavar="VERB", nargs="?", default="help")
    parser.add_argument("--slug")
    parser.add_argument("--stage")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--port", type=int, default=processes.LOCALSTACK_PORT)
    parser.add_argument("--no-browser", action="store_true")
    options, more = parser.parse_known_args()
    if options.help:
        return bench(["--help"]) if options.verb == "bench" else show_help()
    if more and options.verb != "bench":  # the benchmark has options of its own
        parser.error(f"unknown option: {' '.join(more)}")
    try:
        return run(options, more)
    except say.Failure as failure:
        return report(failure)
    except OSError as error:
        return report(say.failure_of(error))
    except KeyboardInterrupt:
        return 130


def run(options: argparse.Namespace, more: list[str]) -> int:
    names = options.slug.split(",") if options.slug else []
    match options.verb:
        case "start":
            return course.start(options.port, browser=not options.no_browser)
        case "stop":
            return course.stop()
        case "test":
            return check.test(options.stage)
        case "book":
            return book.build()
        case "lab":
            return with_emulator(NOTEBOOKS, "execute", *(names or ["--all"])) or picture()
        case "picture":
            return picture()
        case "sabotage":
            return with_emulator(NOTEBOOKS, "sabotage", *names)
        case "conformance":
            return with_emulator("pytest", *check.CONFORMANCE, "--results=store")
        case "soak":
            return soak(options.runs, *names)
        case "bench":
            return bench(more)
        case "lock":
            return lock()
        case "clean":
            return clean()
    return show_help()


def show_help() -> int:
    say.line("Serverless, Broken on Purpose\n")
    for verb, text in VERBS.items():
        say.line(f"  make {verb:<12} {text}")
    say.line("\nWhat some of them take:\n")
    for option, text in OPTIONS.items():
        say.line(f"  {option:<19}{text}")
    return 0


def report(failure: say.Failure) -> int:
    sys.stdout.flush()
    print(f"\n{failure}", file=sys.stderr)
    return 1


def with_emulator(module: str, *arguments: str, runs: int = 1) -> int:
    """Run `python -m module …` beside an emulator of its own."""
    environment.make_course()
    environment.make_emulator()
    with processes.own_emulator() as (_, address):
        for turn in range(1, runs + 1):
            if runs > 1:
                say.line(f"Run {turn} of {runs}")
            if status := run_shown("-m", module, *arguments, **address):
                return status
    return 0


def run_shown(*arguments: str, **environment_of: str) -> int:
    """Run the course's Python on a leash, its output in this window. Returns its exit code."""
    child = processes.Child("python", [str(PYTHON), *arguments], shown=True, **environment_of)
    try:
        while not child.ended():
            time.sleep(0.05)
    finally:
        child.end()
    return child.wait()


def picture() -> int:
    """Draw the README's picture anew, so that it shows what the lab stored last."""
    environment.make_course()
    return run_shown("-m", "coursekit.readme")


def soak(runs: int, *names: str) -> int:
    """These labs, or all, many times, while one core is kept busy by something else."""
    busy = processes.Child("busy", [sys.executable, "-c", "while True: pass"])
    try:
        return with_emulator(NOTEBOOKS, "test", *names, runs=runs)
    finally:
        busy.end()
        busy.wait()


def bench(more: list[str]) -> int:
    environment.make_course()
    environment.make_emulator()
    return run_shown(str(ROOT / "emulator" / "bench.py"), *more)


def lock() -> int:
    """Compile requirements.txt from pyproject.toml: the newest versions that fit, with hashes.

    The emulator's locks are not touched: its LocalStack is frozen, and only their own date fits it.
    """
    with say.step("requirements.txt") as step:
        environment.uv(
            step,
            *("pip", "compile", "--quiet", "--universal", "--python-version", "3.13"),
            *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header"),
            *("--no-annotate", "--upgrade", "pyproject.toml"),
            *("--output-file", "requirements.txt"),
        )
    return 0


def clean() -> int:
    course.stop()
    for folder in (BOOK, STATE):
        if folder.exists():
            shutil.rmtree(folder)
    say.line("Deleted .course and _build: the next `make start` sets everything up again.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
