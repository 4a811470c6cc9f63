"""Where the course keeps its files, as absolute paths."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BOOK = ROOT / "book"
DECISION_GUIDE = BOOK / "decision-guide.yml"
EXAMS = BOOK / "exams.yml"
FACTS = BOOK / "facts.yml"
FIDELITY = BOOK / "reference" / "fidelity.json"
FIGURES = BOOK / "figures"
FLASHCARDS = BOOK / "flashcards.yml"
GLOSSARY = BOOK / "reference" / "glossary.md"
QUESTIONS = BOOK / "questions"
STATUS = BOOK / "status.json"

# The tests bring labs of their own.
LABS = Path(os.environ.get("COURSEKIT_LABS") or ROOT / "labs").resolve()
HANDLERS = LABS / "handlers"

TESTS = ROOT / "tests"
TABLE_OF_CONTENTS = ROOT / "_toc.yml"

# Made by running the course, never committed.
BUILD = ROOT / "_build"
HTML = BUILD / "html"
STATE = ROOT / ".course"
NPM = STATE / "npm" / "node_modules"
LAB_RUNS = STATE / "logs" / "lab-runs.json"  # of the last `make test`

# Folders of book/ and labs/ that hold chapters, in reading order.
PARTS = ("patterns", "traps", "mnemonics", "practice")
