"""`python -m coursekit.authoring new-chapter SLUG PART`, called by `make new-chapter`."""

import argparse
import sys

from coursekit.authoring.new_chapter import new_chapter
from coursekit.content.errors import ContentError
from coursekit.content.placeholders import MARKER
from coursekit.paths import PARTS, ROOT

NEXT = """
Everything in it can be built, read and run; nothing of it passes. Each text that is yours to write
is marked `{marker}`, and the checks list the marks that are left:

  make test STAGE=content     the texts: marks, shape, numbers, links, cards, symptoms
  make lab SLUG={slug}
                              run the lab and keep its outputs
  make watch                  see it in a browser while you write

CONTRIBUTING.md says what belongs where.
"""


def main(arguments: list[str] | None = None) -> int:
    """Write the skeleton of a chapter; 1 with what to do where that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.authoring", description=__doc__)
    parser.add_argument("verb", choices=["new-chapter"])
    parser.add_argument("slug")
    parser.add_argument("part", help=", ".join(PARTS))
    options = parser.parse_args(arguments)
    try:
        files = new_chapter(options.slug, options.part)
    except ContentError as error:
        print(f"Nothing was written.\n{error}", file=sys.stderr)
        return 1
    print("Written:")
    for file in files:
        print(f"  {file.relative_to(ROOT)}")
    print(NEXT.format(marker=MARKER, slug=options.slug), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
