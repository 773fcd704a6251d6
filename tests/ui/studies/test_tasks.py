"""Background calls: where outcomes arrive, and that a cancelled one never does."""

import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from lungview.ui.studies.tasks import Tasks


@pytest.fixture
def tasks(qtbot):
    made = Tasks()
    yield made
    made.close()


def no_error(error):
    raise AssertionError(error)


def test_a_result_arrives_on_the_gui_thread(qtbot, tasks):
    seen = []
    tasks.run(threading.get_ident, on_result=lambda worker: seen.append((worker, threading.get_ident())),
              on_error=no_error)  # fmt: skip
    qtbot.waitUntil(lambda: bool(seen))
    worker, here = seen[0]
    assert here == threading.get_ident()
    assert worker != here


def test_an_error_reaches_on_error_as_it_was_raised(qtbot, tasks):
    seen = []
    tasks.run(int, "x", on_result=seen.append, on_error=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], ValueError)


def test_a_running_call_that_is_cancelled_never_calls_back(qtbot, tasks):
    go, seen = threading.Event(), []
    task = tasks.run(go.wait, on_result=seen.append, on_error=seen.append)
    task.cancel()
    with qtbot.waitSignal(tasks.idle):
        go.set()
    assert seen == []


def test_a_waiting_call_that_is_cancelled_never_begins(qtbot, tasks):
    go, began = threading.Event(), []
    first = [tasks.run(go.wait, on_result=lambda _: None, on_error=no_error) for _ in range(2)]
    waiting = tasks.run(began.append, 1, on_result=began.append, on_error=began.append)
    waiting.cancel()
    with qtbot.waitSignal(tasks.idle):
        go.set()
    assert len(first) == 2
    assert began == []


def test_events_of_a_stream_arrive_in_order_before_its_result(qtbot, tasks):
    seen = []

    def count(emit, cancelled):
        for number in range(5):
            emit(number)
        return "end"

    tasks.stream(count, on_event=seen.append, on_result=seen.append, on_error=no_error)
    qtbot.waitUntil(lambda: "end" in seen)
    assert seen == [0, 1, 2, 3, 4, "end"]


def test_a_cancelled_stream_is_told_and_delivers_no_more_events(qtbot, tasks):
    started, told, seen = threading.Event(), [], []

    def work(emit, cancelled):
        started.set()
        while not cancelled():
            emit("event")
        told.append(True)

    task = tasks.stream(work, on_event=seen.append, on_result=seen.append, on_error=no_error)
    started.wait(5)
    task.cancel()
    with qtbot.waitSignal(tasks.idle):
        pass
    assert told == [True]
    assert seen == []


def test_closing_while_a_call_runs_ends_within_the_time_given_and_says_so(qtbot):
    made, go = Tasks(), threading.Event()
    made.run(go.wait, on_result=no_error, on_error=no_error)
    assert made.close(0.05) is False
    go.set()


def test_a_call_after_closing_is_cancelled_and_raises_nothing(qtbot):
    made = Tasks()
    made.close()
    task = made.run(int, "7", on_result=no_error, on_error=no_error)
    assert task.cancelled
    assert made.running == 0


def test_closing_when_nothing_runs_says_that_all_has_ended(qtbot):
    assert Tasks().close(0.05) is True


def test_a_process_that_dies_is_an_error_and_the_next_call_runs(qtbot):
    import os

    made = Tasks(lambda: ProcessPoolExecutor(1, mp_context=get_context("spawn")))
    seen = []
    made.run(os._exit, 3, on_result=seen.append, on_error=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 1, timeout=20_000)
    made.run(int, "7", on_result=seen.append, on_error=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=20_000)
    made.close()
    assert type(seen[0]).__name__ == "BrokenProcessPool"
    assert seen[1] == 7


@pytest.mark.parametrize("closed", [True, False])
def test_a_call_that_outlives_its_window_touches_nothing_of_it(qtbot, caplog, closed):
    go, parent = threading.Event(), QObject()
    tasks = Tasks(parent=parent)
    task = tasks.run(go.wait, on_result=no_error, on_error=no_error)
    if closed:
        tasks.close(0.0)
    parent.deleteLater()
    QCoreApplication.sendPostedEvents(parent, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(tasks)
    go.set()
    assert task.future.result(timeout=5) is True
    assert caplog.records == []  # concurrent.futures logs what a callback raises
