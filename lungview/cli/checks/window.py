"""The window opens, shows the sample and closes; Qt has its plugins for pictures."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from lungview import paths
from lungview.cli.checks.result import Result

PATIENCE = 60.0  # s


def window() -> Iterator[Result]:
    """The seconds until the first slice was shown, and what Qt cannot read or write that the window needs.

    Without a display Qt draws in memory.
    """
    from lungview.cli.demo import has_display

    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from lungview.ui.start import trial

    start = time.perf_counter()
    shown = trial.shows(paths.resources() / "sample", PATIENCE)
    seconds = time.perf_counter() - start
    yield Result("window", shown, f"{'opened, shown and closed' if shown else 'no slice'} in {seconds:.1f} s")
    missing = trial.missing_formats()
    yield Result(
        "pictures by Qt", not missing, "missing: " + ", ".join(missing) if missing else "JPEG, PNG, SVG"
    )
