"""Where the course keeps its files, as absolute paths."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BOOK = ROOT / "book"
FACTS = BOOK / "facts.yml"
FIDELITY = BOOK / "reference" / "fidelity.json"
FIGURES = BOOK / "figures"
GLOSSARY = BOOK / "reference" / "glossary.md"
QUESTIONS = BOOK / "questions"

# The tests bring labs of their own.
LABS = Path(os.environ.get("COURSEKIT_LABS") or ROOT / "labs").resolve()
HANDLERS = LABS / "handlers"

TESTS = ROOT / "tests"
TABLE_OF_CONTENTS = ROOT / "_toc.yml"

# Made by running the course, never committed.
BUILD = ROOT / "_build"
HTML = BUILD / "html"
STATE = ROOT / ".course"

# Folders of book/ and labs/ that hold chapters, in reading order.
PARTS = ("choosing", "patterns", "traps", "mnemonics", "practice", "reference")
