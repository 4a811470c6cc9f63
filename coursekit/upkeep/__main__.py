"""`python -m coursekit.upkeep [links] [facts] [audit]`: look, and write `.course/upkeep.md`."""

import argparse
import sys

from coursekit.paths import STATE
from coursekit.upkeep import audit, facts, links
from coursekit.upkeep.report import Section, text_of

REPORT = STATE / "upkeep.md"
PARTS = ("links", "facts", "audit")


def main() -> int:
    """Print and write what was found; 0 also where something was: it is news, no failure."""
    parser = argparse.ArgumentParser(prog="make upkeep", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parser.add_argument("--store", action="store_true", help="keep digests of facts' pages")
    options = parser.parse_args()
    sections: list[Section] = []
    for part in options.parts or PARTS:
        print(f"looking at {part} …", flush=True)
        match part:
            case "links":
                sections += links.look()
            case "facts":
                sections += facts.look(options.store)
            case "audit":
                sections += audit.look()
    REPORT.write_text(text_of(sections), "utf-8")
    for section in sections:
        print(f"\n{section.title}: {len(section.findings) or 'none'}")
        print("\n".join(f"  {finding}" for finding in section.findings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
