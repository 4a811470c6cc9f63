"""The same work in a process that stays: a few threads, so several requests wait at once.

    python container.py KIND REQUESTS AT_ONCE DATABASE_MS

Stands for the container's web server. Prints what the worker prints, line by line.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

from parcel_worker import answer


def serve(kind, requests, at_once, database_ms):
    """Answer that many requests, `at_once` of them at the same time."""
    with ThreadPoolExecutor(at_once) as threads:
        waiting = [threads.submit(answer, kind, n, database_ms) for n in range(requests)]
        for request in waiting:
            request.result()


if __name__ == "__main__":
    kind, requests, at_once, database_ms = sys.argv[1:]
    serve(kind, int(requests), int(at_once), float(database_ms))
