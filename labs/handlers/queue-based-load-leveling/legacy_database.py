"""A database of the old kind: it holds a few connections and falls over at the first one too many.

    python legacy_database.py CONNECTIONS WRITE_SECONDS RECOVERY_SECONDS

One connection too many takes its last memory. All sessions are cut, what they were writing is
lost, and nobody gets in until it has recovered. Each attempt meanwhile sets the recovery back.

Prints one JSON line for each thing that happens, its port first. It ends when its input is closed,
so it never outlives the program that started it.
"""

import asyncio
import json
import os
import sys
import threading
import time


class LegacyDatabase:
    def __init__(self, connections, write_seconds, recovery_seconds):
        self.connections = connections
        self.write_seconds = write_seconds
        self.recovery_seconds = recovery_seconds
        self.sessions = set()
        self.recovery = None

    async def connect(self, reader, writer):
        """One connection writes one report and hears COMMIT, or why not."""
        if self.recovery:
            self.recover()
            self.say("refused")
            writer.write(b"FATAL: the database system is in recovery mode\n")
        elif len(self.sessions) == self.connections:
            self.crash()
        else:
            session = asyncio.current_task()
            self.sessions.add(session)
            self.say("connected")
            try:
                report = json.loads(await reader.readline())
                await asyncio.sleep(self.write_seconds)
                self.sessions.remove(session)
                self.say("stored", **report)
                writer.write(b"COMMIT\n")
            except asyncio.CancelledError:
                pass  # cut by the crash, with no word to the client
        writer.close()

    def crash(self):
        for session in self.sessions:
            session.cancel()
        self.sessions.clear()
        self.say("crashed", connections=self.connections + 1)
        self.recover()

    def recover(self):
        if self.recovery:
            self.recovery.cancel()
        loop = asyncio.get_running_loop()
        self.recovery = loop.call_later(self.recovery_seconds, self.recovered)

    def recovered(self):
        self.recovery = None
        self.say("recovered")

    def say(self, event, **fields):
        line = {"event": event, "at": time.time(), "open": len(self.sessions), **fields}
        print(json.dumps(line), flush=True)


async def main(connections, write_seconds, recovery_seconds):
    database = LegacyDatabase(connections, write_seconds, recovery_seconds)
    server = await asyncio.start_server(database.connect, "127.0.0.1", 0)
    database.say("listening", port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


def end_with_input():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    connections, write_seconds, recovery_seconds = sys.argv[1:]
    threading.Thread(target=end_with_input, daemon=True).start()
    asyncio.run(main(int(connections), float(write_seconds), float(recovery_seconds)))
