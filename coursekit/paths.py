"""Where the course keeps its files, as absolute paths."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BOOK = ROOT / "book"
FACTS = BOOK / "facts.yml"
FIGURES = BOOK / "figures"
GLOSSARY = BOOK / "reference" / "glossary.md"
QUESTIONS = BOOK / "questions"

LABS = ROOT / "labs"
HANDLERS = LABS / "handlers"

TESTS = ROOT / "tests"
TABLE_OF_CONTENTS = ROOT / "_toc.yml"

# Made by running the course, never committed.
BUILD = ROOT / "_build"
HTML = BUILD / "html"
STATE = ROOT / ".course"

# Folders of book/ and labs/ that hold chapters, in reading order.
PARTS = ("choosing", "patterns", "traps", "mnemonics", "practice", "reference")
