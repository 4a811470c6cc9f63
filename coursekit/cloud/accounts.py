"""One account per open lab, so that labs, and two copies of one lab, never see each other.

LocalStack takes a 12-digit access key id as an account. A lab's first choice follows from its name;
a lock file, held as long as the kernel lives, says which are in use.
"""

import fcntl
import hashlib
import os
from pathlib import Path

from coursekit.cloud.errors import LabError
from coursekit.paths import STATE

LOCKS = STATE / "accounts"
COPIES = 100  # accounts kept for one lab


class AccountLease:
    """An account that belongs to this process until `release`, or until the process ends."""

    def __init__(self, account: str, descriptor: int) -> None:
        """Hold the open, locked file `descriptor` for `account`."""
        self.account = account
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the account back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def lease_account(slug: str, folder: Path = LOCKS) -> AccountLease:
    """Take the first account of this lab that no living process holds."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = int.from_bytes(hashlib.sha256(slug.encode()).digest()[:8])
    first = (1_000_000_000 + digest % 8_000_000_000) * COPIES
    for number in range(first, first + COPIES):
        # The lock goes when the last descriptor does: with the kernel, even after kill -9.
        descriptor = os.open(
            folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            continue
        return AccountLease(str(number), descriptor)
    raise LabError(
        f"{COPIES} copies of the lab {slug} are open at once. "
        "Close some: JupyterLab > Running Terminals and Kernels > Shut Down."
    )
