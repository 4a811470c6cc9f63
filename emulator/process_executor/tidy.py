"""What LocalStack 4.14.0 leaves behind with each invocation and each client, put away at once.

It records two things of every invocation that nothing ever removes: the finished thread that wrote
its metric, in a list for the shutdown, and a connection to the metrics' database, which is closed
only when the garbage collector comes by. Memory and handles grew with the invocations.

It makes a parser, with a router of all operations, for each of its own clients, and keeps it for
ever: half of all objects, after the labs had run once. Clients of the same service share one here.

The database is also told not to wait for the disk: nothing of this instance is kept.
"""

import contextlib
import hashlib
import inspect
import sqlite3
import threading
from types import SimpleNamespace

from botocore.model import ServiceModel
from localstack.aws.handlers import service
from localstack.aws.protocol.parser import RequestParser, create_parser
from localstack.aws.spec import get_service_catalog
from localstack.services.cloudwatch import cloudwatch_database_helper
from localstack.utils import threads

WRITTEN_FOR = {
    threads.start_thread: "4e137a7a3269",
    threads.FuncThread.run: "21b8bdb06487",
    service.ServiceRequestParser.parse_and_enrich: "275ab30f3494",
    cloudwatch_database_helper.CloudwatchDatabase.add_metric_data: "e2b4e6c816e8",
}


class Connection(sqlite3.Connection):
    """A connection that its `with` closes."""

    def __exit__(self, *error: object) -> bool:
        try:
            return super().__exit__(*error)
        finally:
            self.close()


def put_away() -> None:
    """Patch the two places; RuntimeError where LocalStack is not the one this was written for."""
    for function, digest in WRITTEN_FOR.items():
        found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]
        if found != digest:
            raise RuntimeError(
                f"tidy.py was written for LocalStack 4.14.0, where {function.__qualname__} has the "
                f"digest {digest}; here it has {found}. Compare the two sources, then mend tidy.py."
            )
    run = threads.FuncThread.run

    def run_and_forget(self: threads.FuncThread) -> None:
        run(self)
        forget_finished(threads.TMP_THREADS)

    threads.FuncThread.run = run_and_forget
    cloudwatch_database_helper.sqlite3 = SimpleNamespace(connect=connect)
    service.create_parser = shared_parser


parsers: dict[tuple[object, ...], RequestParser] = {}


def shared_parser(model: ServiceModel, protocol: str | None = None) -> RequestParser:
    """One for all clients of a service; calls from outside keep that of LocalStack's own model."""
    if model is get_service_catalog().get(model.service_name):
        return create_parser(model, protocol)
    key = (model.service_name, model.api_version, model.metadata.get("protocol"), protocol)
    if key not in parsers:
        parsers[key] = create_parser(model, protocol)
    return parsers[key]


def forget_finished(kept: list) -> None:
    """Remove the threads that have ended; other threads may do so at the same time."""
    for thread in list(kept):
        if isinstance(thread, threading.Thread) and thread.ident and not thread.is_alive():
            with contextlib.suppress(ValueError):
                kept.remove(thread)


def connect(*arguments: object, **options: object) -> Connection:
    connection = sqlite3.connect(*arguments, factory=Connection, **options)
    connection.execute("PRAGMA synchronous = OFF")
    return connection
