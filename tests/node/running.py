"""A node in a process of its own, as it is started from the command line; killed by its own handle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lungview.errors import NetworkError
from lungview.remote_nodes import DicomNode
from lungview.sources.pacs.echo import echo
from lungview.sources.pacs.send import send
from lungview.sources.sending import Outcome, State


@dataclass
class Running:
    """arguments: beyond port, model and data folder."""

    folder: Path
    port: int
    model: Path
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    _log: Path = field(init=False)

    def __post_init__(self) -> None:
        self._log = self.folder / "events"

    @property
    def node(self) -> DicomNode:
        return DicomNode(
            "node", "LUNGVIEW", "127.0.0.1", self.port, own_title="SENDER", timeout_s=10.0, tries=1
        )

    def start(self, wait: bool = True) -> None:
        command = [
            sys.executable, "-m", "lungview", "node", "--port", str(self.port), "--model", str(self.model),
            "--data", str(self.folder / "data"), "--quiet", "0.5", "--least-free-mb", "1", *self.arguments,
        ]  # fmt: skip
        environment = os.environ | {"LUNGVIEW_HOME": str(self.folder / "home")}
        with self._log.open("ab") as log, (self.folder / "stderr").open("ab") as errors:
            self.process = subprocess.Popen(command, stdout=log, stderr=errors, env=environment)
        end = time.monotonic() + 60
        while wait and time.monotonic() < end:
            if self.process.poll() is not None:
                pytest.fail(f"the node ended: {(self.folder / 'stderr').read_text()[-800:]}")
            with suppress(NetworkError):
                echo(self.node)
                return
            time.sleep(0.1)

    def kill(self) -> None:
        """As nothing can be prepared for: SIGKILL."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=20)

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=60)

    def events(self) -> list[dict[str, Any]]:
        if not self._log.exists():
            return []
        return [json.loads(line) for line in self._log.read_text().splitlines() if line.endswith("}")]

    def wait_for(self, word: str, count: int = 1, seconds: float = 90.0) -> list[dict[str, Any]]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [event for event in self.events() if event["event"] == word]
            if len(found) >= count:
                return found
            time.sleep(0.1)
        pytest.fail(f"no {count} events {word!r} in {seconds} s: {self.events()[-10:]}")

    def send_until_taken(self, files: list[Path], seconds: float = 60.0) -> None:
        """As a modality does: again and again until each is answered for."""
        left = set(files)
        end = time.monotonic() + seconds

        def note(outcome: Outcome) -> None:
            if outcome.state is State.SENT:
                left.discard(outcome.path)

        while left and time.monotonic() < end:
            with suppress(NetworkError):
                send(self.node, sorted(left), note, commit=False)
            time.sleep(0.05)
        assert not left
