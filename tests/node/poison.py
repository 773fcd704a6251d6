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
