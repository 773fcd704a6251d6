"""The window opens, shows the sample and closes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from lungview import paths
from lungview.cli.checks.result import Result

PATIENCE = 60.0  # s


def window() -> Iterator[Result]:
    """One line: the seconds until the first slice was shown. Without a display Qt draws in memory."""
    from lungview.cli.demo import has_display

    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from lungview.ui import trial

    start = time.perf_counter()
    shown = trial.shows(paths.resources() / "sample", PATIENCE)
    seconds = time.perf_counter() - start
    yield Result("window", shown, f"{'opened, shown and closed' if shown else 'no slice'} in {seconds:.1f} s")
