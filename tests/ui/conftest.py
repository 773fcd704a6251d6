"""A session over slices in memory: no files, no waiting for a decoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from lungview import paths
from lungview.image.slice import Geometry, Instance, Patient, Slice, Spacing, Study
from lungview.image.window import LUNG
from lungview.ui.second_reader import reader as second_reader
from lungview.ui.shell.main_window import MainWindow
from lungview.ui.start.app import new_window
from lungview.ui.studies.session import Session

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
PATIENT = Patient("Nobody^Ann", "ID-7", "19500102", "F")
STUDY = Study("1.2", "Thorax", "20240102", "101500")


def make_slice(index: int = 0, rows: int = 40, columns: int = 60, **changes: object) -> Slice:
    """A CT slice whose value at (row, column) is 10 · row + column − 100 · index HU."""
    values = 10.0 * np.arange(rows)[:, None] + np.arange(columns)[None, :] - 100.0 * index
    geometry = Geometry((0.0, 0.0, 5.0 * index), AXIAL)
    known: dict[str, object] = {
        "instance": Instance(
            Path(f"{index}.dcm"), sop_instance_uid=f"1.{index}", series_instance_uid="1", modality="CT",
            instance_number=index + 1, geometry=geometry, rows=rows, columns=columns,
        ),
        "values": values.astype(np.float32),
        "unit": "HU",
        "spacing": Spacing(0.7, 0.7, "PixelSpacing"),
        "windows": (LUNG,),
        "patient": PATIENT,
        "study": STUDY,
        "series_description": "Axial",
    }  # fmt: skip
    return Slice(**(known | changes))  # type: ignore[arg-type]


@dataclass(eq=False)
class MemoryCache:
    """A cache that holds everything; `slow` instances are known to `get` alone."""

    slices: dict[Instance, Slice]
    slow: set[Instance] = field(default_factory=set)

    def get(self, instance: Instance) -> Slice:
        return self.slices[instance]

    def peek(self, instance: Instance) -> Slice | None:
        return None if instance in self.slow else self.slices[instance]

    def prefetch(self, instances: Sequence[Instance], index: int, direction: int) -> None: ...

    def cached(self, instances: Sequence[Instance]) -> list[bool]:
        return [instance not in self.slow for instance in instances]

    def close(self) -> None: ...


@dataclass(frozen=True)
class MemorySeries:
    """As much of a series as the window needs."""

    instances: tuple[Instance, ...]
    key: str = "1"
    uid: str = "1"
    description: str = "Axial"
    modality: str = "CT"
    warnings: tuple[str, ...] = ()
    patient: Patient = field(default_factory=lambda: PATIENT)
    study: Study = field(default_factory=lambda: STUDY)
    frame_of_reference_uid: str = ""
    rows: int = 40
    columns: int = 60
    spacing: Spacing | None = None
    slice_spacing: float | None = None
    localizer: bool = False
    parts: tuple[MemorySeries, ...] = ()


@pytest.fixture(autouse=True)
def _no_window_is_left(qapp) -> Iterator[None]:
    """A window that outlives its test slows every later one, and hides what keeps it alive."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [each for each in QApplication.topLevelWidgets() if isinstance(each, QMainWindow)] == []


@pytest.fixture
def window(qtbot) -> Iterator[MainWindow]:
    """A window that is up, 900 × 700, with nothing open."""
    cache = MemoryCache({})
    made = new_window(Session(cache=cache))  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(900, 700)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: made.finished)
    yield made
    made.close()


@pytest.fixture
def show(window: MainWindow) -> Callable[..., MainWindow]:
    """Shows slices as one series in the active view."""

    def show_slices(*slices: Slice) -> MainWindow:
        cache: MemoryCache = window.session.cache  # type: ignore[assignment]
        cache.slices.update({each.instance: each for each in slices})
        window.session.show(MemorySeries(tuple(each.instance for each in slices)))  # type: ignore[arg-type]
        return window

    return show_slices


@pytest.fixture
def models(monkeypatch, tmp_path):
    """One small model, the user's own, and no shipped ones."""
    from tests.ui.reading import install

    monkeypatch.setattr(paths, "models", lambda: tmp_path / "no-models")
    install()


@pytest.fixture
def reader(models, window):
    """The window's second reader."""
    found = second_reader.of(window.session)
    found.list_models()  # the window may be older than the models
    return found


@pytest.fixture
def drawing(show: Callable[..., MainWindow]) -> MainWindow:
    """The phantom on screen, about six screen pixels a pixel, and a second slice behind it."""
    from tests.ui.annotating import phantom

    return show(phantom(), make_slice(1, 80, 100))
