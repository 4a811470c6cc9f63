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


def end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(0)


def main() -> None:
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(COLLECT_EVERY)
    threading.Thread(target=end_with_parent, daemon=True).start()
    from process_executor import forkserver

    forkserver.fork_server()  # it loads boto3 while LocalStack loads itself
    from process_executor import backends, tidy

    tidy.put_away()
    backends.listen_on_loopback()
    backends.launch_on_leash()
    from localstack.runtime.main import main as run_localstack

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    run_localstack()


if __name__ == "__main__":
    main()
