"""`python -m manage VERB`, called by bootstrap.sh: the verbs and what each is for."""

import argparse
import shutil
import sys
import time

from manage import book, changes, check, environment, processes, say
from manage import start as course
from manage import watch as watching
from manage.paths import BOOK, PYTHON, ROOT, STATE

NOTEBOOKS = "coursekit.notebooks"
VERBS = {
    "start": "set up, start LocalStack, the book and JupyterLab; Ctrl-C ends it all",
    "stop": "end what `make start` started, from another window",
    "setup": "set up and start nothing, as when an image is made",
    "test": "every check there is; one alone: make test STAGE=labs",
    "new-chapter": "a chapter's skeleton: make new-chapter SLUG=… PART=…",
    "watch": "serve the book while you write: what you save shows at once; Ctrl-C ends it",
    "book": "build the book into _build/html",
    "lab": "run a lab in place and keep its outputs: make lab SLUG=vtf",
    "picture": "draw the README's picture from what the vtf lab stored",
    "status": "put how the labs ran in the last `make test` into book/status.json",
    "sabotage": "run every lab without its fix: each must fail in its proof",
    "soak": "run all labs ten times with one core kept busy: make soak RUNS=10",
    "upkeep": "what ages: outside links, facts, known weaknesses of parts; needs the network",
    "audit": "speed on a phone, accessibility and markup of every page; some 20 minutes",
    "published": "hold the published book to the checks of the built one: make published URL=…",
    "conformance": "hold the emulator against AWS's documentation; store the fidelity page's data",
    "bench": "measure the emulator: make bench ARGS=--compare-ministack, ARGS=--help",
    "lock": "compile the lock files anew",
    "clean": "delete everything that was made (.course, _build)",
    "help": "this list",
}
OPTIONS = {
    "PART=traps": "of the new chapter: patterns, traps, mnemonics or practice (new-chapter)",
    "SLUG=vtf,saga": "only these labs (lab, sabotage, soak, test), only their pages (audit)",
    "SINCE=main": "only labs that changed since this commit (test)",
    "STAGE=labs": "one check, or some with commas (test, upkeep, audit)",
    "RUNS=10": "how often (soak)",
    "PORT=4567": "another port for LocalStack (start), for the pages (watch); where it runs (test)",
    "URL=https://…/": "where the book was published (published)",
    "ARGS=--no-browser": "open no browser (start)",
    "ARGS=--store": "keep digests of the facts' pages (upkeep)",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make", usage="make VERB", add_help=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("verb", choices=VERBS, metavar="VERB", nargs="?", default="help")
    parser.add_argument("--slug")
    parser.add_argument("--part")
    parser.add_argument("--stage")
    parser.add_argument("--since")
    parser.add_argument("--url")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--port", type=int)
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--store", action="store_true")
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
            port = options.port or processes.LOCALSTACK_PORT
            return course.start(port, browser=not options.no_browser)
        case "setup":
            return setup()
        case "stop":
            return course.stop()
        case "test":
            return check.test(options.stage, names, options.since, options.port)
        case "upkeep":
            return upkeep(options.stage, options.store)
        case "audit":
            return audit(options.stage, names)
        case "published":
            return published(options.url)
        case "new-chapter":
            return new_chapter(options.slug, options.part)
        case "watch":
            return watch(options.port)
        case "book":
            return book.build()
        case "lab":
            return with_emulator(NOTEBOOKS, "execute", *(names or ["--all"])) or picture()
        case "picture":
            return picture()
        case "status":
            environment.make_course()
            return run_shown("-m", NOTEBOOKS, "status")
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


def new_chapter(slug: str | None, part: str | None) -> int:
    """Write the skeleton of a chapter."""
    if not slug or not part:
        missing = " and ".join(["SLUG"] * (not slug) + ["PART"] * (not part))
        raise say.Failure(
            f"{missing} {'are' if ' ' in missing else 'is'} missing.",
            "name both: make new-chapter SLUG=poison-messages PART=traps. The parts are patterns, "
            "traps, mnemonics and practice.",
        )
    environment.make_course()
    return run_shown("-m", "coursekit.authoring", "new-chapter", "--", slug, part)


def watch(port: int | None) -> int:
    """Build the book, serve it on loopback, and build it again whenever a source changes."""
    if port and processes.port_is_taken(port):
        raise say.Failure(
            f"Port {port} is taken by {processes.holder_of(port)}.",
            "end that program, or leave PORT out: then a free one is taken.",
        )
    return watching.watch(port or processes.free_port(8000, 8001, 8002))


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


def upkeep(only: str | None, store: bool) -> int:
    """Report what ages, into `.course/upkeep.md` too. What is found is news and no failure."""
    environment.make_course()
    parts = only.split(",") if only else []
    return run_shown("-m", "coursekit.upkeep", *parts, *["--store"] * store)


def audit(only: str | None, names: list[str]) -> int:
    """Look at the pages of the built book, or of some chapters, with all or some parts."""
    environment.make_course()
    node = environment.make_audit()
    book.build_if_stale()
    arguments = only.split(",") if only else []
    arguments += ["--only", *names] if names else []
    return run_shown("-m", "coursekit.audit", *arguments, COURSE_NODE=node)


def setup() -> int:
    """Make both environments, as an image is made before anybody uses it."""
    environment.make_course()
    environment.make_emulator()
    return 0


def published(url: str | None) -> int:
    """Fetch the book from where it was published and run the checks of pages on that."""
    if not url:
        raise say.Failure("No address was named.", "make published URL=https://…/")
    environment.make_course()
    commit = changes.git("rev-parse", "HEAD").strip()
    pages = STATE / "published"
    if status := run_shown("-m", "coursekit.upkeep.published", url, commit, str(pages)):
        return status
    return run_shown("-m", "pytest", *check.QUIET, "tests/site", COURSE_HTML=str(pages))


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
