"""Runs LocalStack as a child of serve.py: `python -m process_executor.launch`, stdin a pipe.

The end of stdin means that serve.py has gone, however it went: then LocalStack ends at once.
"""

import gc
import os
import signal
import sys
import threading

# How long a thread may keep the interpreter while another waits for it. Every call goes through
# several threads; with Python's own 0.005 s a warm invocation waits most of its time.
SWITCH_SECONDS = 0.0005
# Objects that may be made before the garbage collector looks at the young ones. With Python's own
# 2,000 it takes a sixth of a start, which makes objects by the million that all stay.
COLLECT_EVERY = 50_000
# The same while the collector runs. It keeps the interpreter for as long as it needs, and a waiting
# thread that wakes 2,000 times a second only takes the processor from it: with a thousand threads
# (two for each function's environment) a look at everything took a minute in place of a second.
SWITCH_SECONDS_COLLECTING = 0.1
OLDEST = 2  # the generation of objects whose collection looks at everything


def end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(0)


def let_the_collector_work(phase: str, collection: dict[str, int]) -> None:
    """Give it the processor, and spare it what it has found in use in a look at everything.

    That is the models of AWS's interfaces, by the million, one set for each client that LocalStack
    keeps for its life. Looking at them again halts every call for seconds.
    """
    sys.setswitchinterval(SWITCH_SECONDS_COLLECTING if phase == "start" else SWITCH_SECONDS)
    if phase == "stop" and collection["generation"] == OLDEST:
        gc.freeze()


def keep_what_a_start_makes() -> None:
    """Once LocalStack is ready, leave out of the collector's work what was made until then."""
    from localstack.runtime import events

    events.infra_ready.wait()
    gc.freeze()


def main() -> None:
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(COLLECT_EVERY)
    gc.callbacks.append(let_the_collector_work)
    threading.Thread(target=end_with_parent, daemon=True).start()
    from process_executor import forkserver

    forkserver.fork_server()  # it loads boto3 while LocalStack loads itself
    from process_executor import backends, tidy

    tidy.put_away()
    backends.listen_on_loopback()
    backends.launch_on_leash()
    from localstack.runtime.main import main as run_localstack

    threading.Thread(target=keep_what_a_start_makes, daemon=True).start()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    run_localstack()


if __name__ == "__main__":
    main()
