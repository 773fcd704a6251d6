"""An archive with studies of one patient, Jane; that of today comes as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pydicom
import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.study.series import Series
from lungview.viewer.panes.pane import Pane
from lungview.viewer.workspace import Workspace
from tests.sources.archives import peers
from tests.viewer.by_hand import Hand

SLICES = 6


def write_study(folder: Path, seed: int, date: str, **values: str) -> list[Path]:
    """Slices of Jane's, or of whoever is named."""
    jane = {"PatientID": "4711", "PatientName": "DOE^JANE", "PatientBirthDate": "19600102"}

    def change(dataset: pydicom.Dataset, _index: int) -> None:
        for keyword, value in {**jane, **values, "StudyDate": date}.items():
            setattr(dataset, keyword, value)

    return write_series(folder / str(seed), Thorax(slices=SLICES, matrix=64, seed=seed), change=change)


def write_today(folder: Path, **values: str) -> list[Path]:
    """The study that is read."""
    return write_study(folder, 9, "20260301", **values)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.Orthanc]:
    """Two earlier studies of Jane's, and one of a woman with her number."""
    folder = tmp_path_factory.mktemp("studies")
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        running.upload(write_study(folder, 1, "20240301"))
        running.upload(write_study(folder, 2, "20220301"))
        running.upload(write_study(folder, 3, "20250301", PatientName="ROE^MARY"))
        yield running


@dataclass
class Reading:
    """A workspace of two panes. hand: what reads files; asking: what asks archives."""

    workspace: Workspace
    hand: Hand
    asking: Hand

    def work(self) -> None:
        """Do all that was asked for."""
        while self.hand.calls or self.asking.calls:
            self.hand.work()
            self.asking.work()

    def open(self, *paths: Path) -> None:
        self.workspace.open(paths)
        self.work()

    def open_today(self, folder: Path, **values: str) -> None:
        """Open the study that is read."""
        write_today(folder, **values)
        self.open(folder)

    def wish(self, *nodes: Any, **settings: Any) -> None:
        """Have these archives in the settings, and these wishes."""
        nodes_by_name = {each.name: each for each in nodes}
        self.workspace.change_settings(replace(self.workspace.settings, nodes=nodes_by_name, **settings))

    def show_beside(self, now: Series, prior: Series | None) -> None:
        """As a window lays two series out."""
        first, second = self.workspace.panes
        self.workspace.activate(first)
        self.workspace.show(now)
        if prior is None:
            self.workspace.stack_of(second).empty()
        else:
            self.workspace.show(prior, pane=second)

    @property
    def dates(self) -> list[str]:
        """Of the studies in the panes."""
        shown = [self.workspace.stack_of(each).series for each in self.workspace.panes]
        return [each.study.date for each in shown if each]


@pytest.fixture
def reading() -> Iterator[Reading]:
    """Nothing is open."""
    hand = Hand()
    workspace = Workspace(hand)
    workspace.keeps_settings = False
    for _ in range(2):
        workspace.add(Pane())
    yield Reading(workspace, hand, Hand())
    workspace.close()
