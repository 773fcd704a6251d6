"""The built program (`make app`) against the same from source: first window, first answer, size."""

from __future__ import annotations

import ctypes
import os
import runpy
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from lungview.image import phantom
from lungview.ui.settings import notice
from tests.e2e.conftest import display

__all__ = ["display"]  # the fixture

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "dist" / "lungview"
PROGRAM = [str(BUILT / "lungview")]
SOURCE = [sys.executable, "-m", "lungview"]
MAP_NOTIFY, SUBSTRUCTURE = 19, 1 << 19  # X.h

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(not Path(PROGRAM[0]).is_file(), reason="dist/lungview is not built (make app)"),
]


@pytest.fixture
def mapped(display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., float]]:
    """Seconds from before the process to its first window on the screen."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XDefaultRootWindow.argtypes = x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    x11.XSelectInput.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_long]
    x11.XNextEvent.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    x11.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
    server = x11.XOpenDisplay(display.encode())
    x11.XSelectInput(server, x11.XDefaultRootWindow(server), SUBSTRUCTURE)
    monkeypatch.setenv("LUNGVIEW_HOME", str(tmp_path / "home"))
    notice.accepted(date.today())
    event = (ctypes.c_long * 24)()

    def run(command: list[str]) -> float:
        x11.XSync(server, 1)  # forget what the run before did
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        while ctypes.cast(event, ctypes.POINTER(ctypes.c_int))[0] != MAP_NOTIFY:
            x11.XNextEvent(server, event)
        event[0] = 0
        shown = time.perf_counter() - begin
        process.terminate()  # closes the window as a person would
        process.wait(timeout=20)
        return shown

    yield run
    x11.XCloseDisplay(server)


def test_the_window_is_up_within_1200_ms_and_half_as_long_again_as_from_source(mapped) -> None:
    mapped(PROGRAM), mapped(SOURCE)  # from the disk once
    runs = [(mapped(PROGRAM), mapped(SOURCE)) for _ in range(7)]
    built, source = (statistics.median(column) for column in zip(*runs, strict=True))
    print(f"\nwindow after {built:.2f} s, from source {source:.2f} s: {built / source:.2f} ×")
    assert built <= 1.2
    assert built <= 1.5 * source


def test_the_first_answer_about_a_png_takes_at_most_3_s(tmp_path: Path) -> None:
    picture = phantom.write_pngs(tmp_path, phantom.Thorax(slices=3))[1]
    times = []
    for _ in range(6):
        begin = time.perf_counter()
        done = subprocess.run([*PROGRAM, "classify", str(picture), "--json"], capture_output=True, text=True)
        times.append(time.perf_counter() - begin)
        assert '"probabilities"' in done.stdout
    print(f"\nfirst answer on a PNG {statistics.median(times[1:]):.2f} s after the start")
    assert statistics.median(times[1:]) <= 3


def test_the_program_is_within_its_limits_of_size() -> None:
    table, within = runpy.run_path(str(ROOT / "packaging" / "check_app.py"))["table"](BUILT)
    print("\n" + table)
    assert within
