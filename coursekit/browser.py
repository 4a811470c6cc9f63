"""The Chromium of this machine, for the browser tests and the audit."""

import os
import shutil
from pathlib import Path

# Debian's name for the same engine without the window, whose bar alone loads two pages for each of
# ours: a page is open in half the time.
WITHOUT_WINDOW = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# What keeps it from asking for anything that no page asked for.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium(*preferred: str) -> str | None:
    """The path of a Chromium, or None. The names in `preferred` are looked for first."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, [*preferred, *NAMES])), None)
    return found or next((path for path in ELSEWHERE if Path(path).exists()), None)
