"""A node's parts over a folder of their own, and a small model that may judge anything."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.node.configuration import Configuration
from lungview.node.inbox import Inbox
from lungview.node.judging import Task, judge
from lungview.node.ledger import Ledger
from lungview.node.result import SeriesResult
from lungview.node.worker import Worker
from lungview.remote_nodes import DicomNode
from lungview.sources.outgoing import Outgoing
from lungview.sources.pacs.receive import Listening, Received, Receiver
from lungview.sources.source import Cancel

TINY = Path(__file__).parents[1] / "data" / "tiny_model"


def make_model(folder: Path, ood_threshold: float) -> Path:
    """The tiny network under a card with that limit on the distance: 0 refuses everything."""
    shutil.copytree(TINY, folder)
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | {"ood_threshold": ood_threshold}))
    return folder


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It judges every chest."""
    return make_model(tmp_path_factory.mktemp("models") / "tiny", 1e9)


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Six slices of the synthetic thorax."""
    return write_series(tmp_path_factory.mktemp("study"), Thorax(slices=6, matrix=128))


@dataclass
class Parts:
    """A node without its receiver and its threads. told: what it said."""

    configuration: Configuration
    ledger: Ledger
    inbox: Inbox
    queue: Outgoing
    told: list[tuple[str, dict[str, Any]]]

    def worker(self, in_process: Any = None) -> Worker:
        def here(task: Task, _longest_s: float, _cancelled: Cancel) -> list[SeriesResult]:
            return judge(task)

        made = Worker(
            self.configuration,
            self.ledger,
            self.inbox,
            self.queue,
            lambda word, values: self.told.append((word, values)),
            in_process or here,
        )
        made.begin()
        return made

    def receive(self, files: list[Path]) -> None:
        import pydicom

        for file in files:
            uid = str(pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID)
            self.inbox.keep(Received(uid, file.read_bytes()))

    def words(self) -> list[str]:
        return [word for word, _ in self.told]


@pytest.fixture
def make_parts(tmp_path: Path, model: Path) -> Iterator[Any]:
    """A function that makes Parts over one and the same data folder, as a restart does."""
    opened: list[Parts] = []

    def make(**changes: Any) -> Parts:
        values = {"data": tmp_path / "data", "model": str(model), "quiet_s": 0.0, "least_free_mb": 1}
        configuration = Configuration(Listening("HERE"), **(values | changes))
        configuration.data.mkdir(exist_ok=True)
        ledger = Ledger(configuration.data / "ledger.sqlite")
        queue = Outgoing(configuration.data / "outgoing.sqlite")
        made = Parts(configuration, ledger, Inbox(configuration, ledger), queue, [])
        opened.append(made)
        return made

    yield make
    for each in opened:
        each.ledger.close()
        each.queue.close()


@dataclass
class Peered:
    """A receiver that keeps into an inbox. told: what it said."""

    parts: Parts
    port: int
    told: list[tuple[str, dict[str, Any]]]

    @property
    def node(self) -> DicomNode:
        return DicomNode("node", "HERE", "127.0.0.1", self.port, timeout_s=5.0, tries=1)

    def kept(self) -> list[Path]:
        return sorted(self.parts.inbox.folder.root.rglob("*.dcm"))

    def reasons(self) -> list[str]:
        return [values["reason"] for word, values in self.told if word.startswith("not ")]


@pytest.fixture
def peered(make_parts: Any) -> Iterator[Peered]:
    parts = make_parts()
    told: list[tuple[str, dict[str, Any]]] = []
    listening = Listening("HERE", timeout_s=1.5, most_associations=4)
    with Receiver(listening, parts.inbox.keep, lambda *said: told.append(said)) as running:
        yield Peered(parts, running.port, told)
