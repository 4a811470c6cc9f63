"""The transport of AWS's awslambdaric: the Lambda Runtime API over one inherited socket.

awslambdaric's own module of this name is a C++ extension that exists for Linux only and speaks
HTTP. This one has the same four functions and sends the same calls as frames on a socket pair: no
port, no polling, and either side sees at once when the other has gone.

A frame is two 4-byte lengths, a JSON header and a body.
"""

import json
import os
import resource
import socket
import struct
import sys

LENGTHS = struct.Struct("!II")
PEAK_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss

channel: socket.socket
owner: int  # the process that the channel belongs to


def connect(handle: int) -> None:
    """Take the inherited socket with this file descriptor as the channel of this process."""
    global channel, owner
    channel = socket.socket(fileno=handle)
    owner = os.getpid()


def initialize_client(user_agent: str) -> None:
    """Part of the extension's interface; there is nothing to set up."""


def next() -> tuple[bytes, dict[str, str | int]]:
    """Wait for the next event: its body and the headers of the Runtime API."""
    send("next", b"")
    headers, body = receive()
    return body, headers


def post_invocation_result(invoke_id: str, result: bytes, content_type: str) -> None:
    """Answer the event with what the handler returned."""
    send("response", result, invoke_id)


def post_error(invoke_id: str, error: str, xray_fault: str) -> None:
    """Answer the event with what the handler raised."""
    send("error", error.encode(), invoke_id)


def send(call: str, body: bytes, invoke_id: str = "") -> None:
    """Send one call: which event it answers, and this process's peak of memory in bytes.

    A process that a handler forked ends here: two readers of one channel would each get a part of
    the next event.
    """
    if os.getpid() != owner:
        raise SystemExit(0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT_BYTES
    header = json.dumps({"call": call, "id": invoke_id, "peak": peak}).encode()
    channel.sendall(LENGTHS.pack(len(header), len(body)) + header + body)


def receive() -> tuple[dict, bytes]:
    """The next frame; the process ends when LocalStack has gone."""
    header_length, body_length = LENGTHS.unpack(receive_exactly(LENGTHS.size))
    return json.loads(receive_exactly(header_length)), receive_exactly(body_length)


def receive_exactly(count: int) -> bytes:
    parts = []
    while count:
        part = channel.recv(min(count, 1 << 20))
        if not part:
            raise SystemExit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
