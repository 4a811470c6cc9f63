"""The back end of one kind of client: asks all services at once, and waits for none too long.

What failed or did not answer in time is missing on the screen, by name.
"""

import os
from concurrent.futures import ThreadPoolExecutor, wait

from asking import ask

LIMIT_SECONDS = 5


def handler(event, context):
    services = os.environ["SERVICES"].split()
    pool = ThreadPoolExecutor(len(services))
    asked = {service: pool.submit(ask, service) for service in services}
    wait(asked.values(), timeout=LIMIT_SECONDS)
    pool.shutdown(wait=False)
    came = [service for service in services if arrived(asked[service])]
    missing = [service for service in services if service not in came]
    return {"parts": [asked[service].result() for service in came], "missing": missing}


def arrived(call):
    return call.done() and not call.exception()
