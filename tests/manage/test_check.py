"""`make test` itself: its summary, and what it says when its emulator ends."""

import signal
import sys
import threading

import pytest

from manage import check, environment, processes, say
from manage.check import Result, Run, Stage
from manage.paths import PYTHON, STATE

GOOD = Stage("good", "it passes", [[str(PYTHON), "-c", "print('3 passed in 0.10s')"]])
BAD = Stage("bad", "it fails", [[str(PYTHON), "-c", "print('1 failed, 2 passed in 0.1s'); 1 / 0"]])


@pytest.fixture
def logs(tmp_path, monkeypatch):
    """Logs of the tests' own, beside those of the run that they are part of."""
    folder = STATE / "logs" / "of-tests"
    monkeypatch.setattr(check, "LOGS", folder)
    monkeypatch.setattr(processes, "LOGS", folder)
    return folder


def test_summary_of_a_run_with_a_failure(logs, capsys):
    results = Run().lanes([[GOOD, BAD], []])
    assert check.summary(results, 12.3) == 1
    *_, failed, alone, closing = capsys.readouterr().out.splitlines()
    assert failed == "Failed after 12 s: bad."
    assert alone == "One alone: make test STAGE=bad"
    assert closing == "5 passed, 1 failed"


def test_summary_of_a_good_run(logs, capsys):
    results = Run().lanes([[GOOD, GOOD], []])
    assert check.summary(results, 4) == 0
    assert capsys.readouterr().out.endswith("All checks passed in 4 s.\n6 passed, 0 failed\n")


def test_what_was_not_run_has_not_passed(capsys):
    results = [Result(GOOD, 3, 0, 1), Result(BAD, 0, 0, 0, "NOT RUN: no Chromium")]
    assert check.summary(results, 4) == 0
    assert "Not run: bad (see above).\n3 passed, 0 failed\n" in capsys.readouterr().out


def test_emulator_that_ends_in_the_middle(logs, capsys):
    program = "import time; print('out of memory', flush=True); time.sleep(0.5)"
    emulator = processes.Child("emulator", [str(PYTHON), "-c", program])
    slow = Stage("slow", "", [[str(PYTHON), "-c", "import time; time.sleep(3)"]])
    after = Stage("after", "needs it", [["/nonexistent"]], needs_emulator=True)
    run = Run(emulator, {"LOCALSTACK_HOST": "127.0.0.1:1"})
    results = run.lanes([[slow, after], []])
    assert check.summary([*results, run.emulator_ended], 4) == 1
    output = capsys.readouterr().out
    assert "This run's LocalStack ended by itself, during: slow." in output
    assert "out of memory" in output
    assert "not run: this run's LocalStack has ended" in output
    assert output.endswith("1 passed, 2 failed\n"), output


def test_emulators_of_one_clone_write_logs_of_their_own(logs, monkeypatch):
    """A run that took another's "ready" for its own would begin too soon."""
    monkeypatch.setattr(processes, "EMULATOR_PYTHON", "/nonexistent/python")
    emulators = [processes.begin_emulator(port) for port in (4566, 4567)]
    names = [emulator.log for emulator in emulators]
    names += [logs / f"{stage.name}.log" for lane in check.lanes() for stage in lane]
    assert len(set(names)) == len(names)
    with pytest.raises(say.Failure, match=r"The emulator ended before .*\n.*\n(.*\n)*What to do"):
        processes.wait_for_emulator(emulators[0])
    emulators[1].wait()


def test_two_at_once_take_turns(monkeypatch):
    order, told = [], threading.Event()
    monkeypatch.setattr(say, "line", lambda text="": told.set())

    def second():
        with environment.one_at_a_time("of-tests", "Waiting"):
            order.append("second")

    thread = threading.Thread(target=second)
    with environment.one_at_a_time("of-tests", "Waiting"):
        thread.start()
        assert told.wait(10), "the second does not say that it waits"
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_command_that_is_ended_has_not_succeeded(logs):
    child = processes.Child("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"])
    child.end()
    assert child.wait() == 128 + signal.SIGTERM


def test_unknown_stage():
    with pytest.raises(say.Failure, match=r"no check named labz.\nWhat to do: name one of: lint"):
        check.test("labz")


@pytest.mark.parametrize(
    ("number", "says"),
    [(28, "The disk is full"), (13, "Not allowed to write"), (30, "Not allowed to write")],
)
def test_errors_of_the_system_are_put_in_words(number, says):
    text = str(say.failure_of(OSError(number, "words of the system", "/a/file")))
    assert text.startswith(f"{says} (/a/file).\nWhat to do: ")
