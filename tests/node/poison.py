"""Ways a study can kill or hold up the process that judges it; by name, for a fresh process imports them."""

from __future__ import annotations

import os
import time

from lungview.errors import ModelError
from lungview.node.judging import Task
from lungview.node.result import SeriesResult


def dies(_task: Task) -> list[SeriesResult]:
    os._exit(11)


def hangs(_task: Task) -> list[SeriesResult]:
    time.sleep(600)
    return []


def says_a_name(_task: Task) -> list[SeriesResult]:
    raise KeyError("Doe^Jane")


def fails(_task: Task) -> list[SeriesResult]:
    raise ModelError("the model cannot be used", "/home/doe_jane/model")


def says_its_number(task: Task) -> list[SeriesResult]:
    """Whose key is the process; of a task whose model is "bad", a failure."""
    if task.model == "bad":
        raise ModelError("the model cannot be used")
    return [SeriesResult(str(os.getpid()), "", "said")]


def says_what_is_loaded(_task: Task) -> list[SeriesResult]:
    import sys

    from lungview.network import runtime

    return [SeriesResult(f"{'highdicom' in sys.modules} {len(runtime._NETWORKS)}", "", "said")]
