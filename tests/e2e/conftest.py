"""A real X server and the real program on it, driven as a hand would."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from lungview.ui.settings import notice

NEEDED = ("Xvfb", "xdotool")


@dataclass(frozen=True)
class Program:
    """The running program and its window."""

    process: subprocess.Popen[bytes]
    display: str
    window: str

    def hand(self, *arguments: str) -> str:
        """xdotool on this display; returns what it prints."""
        return _xdotool(self.display, *arguments)

    def key(self, *names: str) -> None:
        self.hand("key", "--clearmodifiers", *names)

    def close(self) -> int:
        """Quit by the keyboard, pressed until the program hears it; returns the exit code."""
        self.hand("windowfocus", "--sync", self.window)
        for _ in range(60):
            self.key("ctrl+q")
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self.process.wait(timeout=0.5)
        raise AssertionError("the program does not quit")


def _xdotool(display: str, *arguments: str) -> str:
    environment = {**os.environ, "DISPLAY": display}
    done = subprocess.run(
        ["xdotool", *arguments], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """An X server of our own, on a free number."""
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        yield f":{pipe.readline().strip()}"
    server.terminate()
    server.wait(timeout=10)


@pytest.fixture
def start(display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Program]]:
    """Start the program on paths and wait for its window; its notice was read today."""
    running: list[subprocess.Popen[bytes]] = []
    home = tmp_path / "home"
    monkeypatch.setenv("LUNGVIEW_HOME", str(home))
    notice.accepted(date.today())

    def run(*paths: Path | str) -> Program:
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        command = [sys.executable, "-m", "lungview", *map(str, paths)]
        process = subprocess.Popen(command, env=environment, stderr=(tmp_path / "stderr").open("wb"))
        running.append(process)
        found = _xdotool(
            display, "search", "--sync", "--onlyvisible", "--pid", str(process.pid), "--name", "LungView"
        )
        return Program(process, display, found.split()[0])

    yield run
    for process in running:
        process.kill()
        process.wait(timeout=10)
