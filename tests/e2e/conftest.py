"""A real X server and the real program on it, driven as a hand would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

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
        """Quit by the keyboard; returns the exit code, within five seconds."""
        self.hand("windowfocus", "--sync", self.window)
        self.key("ctrl+q")
        return self.process.wait(timeout=5)


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
def start(display: str, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start the program on paths and wait for its window."""
    running: list[subprocess.Popen[bytes]] = []

    def run(*paths: Path | str) -> Program:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LUNGVIEW_HOME": str(home)}
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
