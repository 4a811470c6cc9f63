"""Where a lab runs at a click.

Binder and a codespace take the labs from a repository that the network reaches. The book knows of
one when GitHub builds it; a book that was built at home offers the command alone.
"""

import os
from urllib.parse import quote

BINDER = "https://mybinder.org/v2/gh/{repository}/HEAD?urlpath={path}"
CODESPACE = "https://codespaces.new/{repository}"


def places(notebook: str) -> dict[str, str]:
    """Return addresses by name for a notebook's path; none outside a build by GitHub."""
    repository = os.environ.get("GITHUB_REPOSITORY")  # owner/name
    if not repository:
        return {}
    return {
        "on Binder": BINDER.format(
            repository=repository, path=quote(f"/lab/tree/{notebook}", safe="")
        ),
        "in a codespace": CODESPACE.format(repository=repository),
    }
