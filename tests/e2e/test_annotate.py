"""A reader's morning: open, scroll, window, measure, undo, quit, come back and find the measure again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import dcmread

from lungview import paths, recent
from lungview.marks.annotation import Annotation
from lungview.marks.kinds import Kind
from lungview.marks.store import AnnotationStore
from lungview.study.key import PictureId
from tests.e2e.conftest import Program

pytestmark = pytest.mark.display


def eventually(condition: Callable[[], bool]) -> None:
    """Ask until it is so; a minute at most."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not come to it within a minute"
        threading.Event().wait(0.1)


def drag(program: Program, *points: tuple[int, int]) -> None:
    """Left drag through points of the window."""
    for number, (x, y) in enumerate(points):
        program.hand("mousemove", "--window", program.window, str(x), str(y))
        if number == 0:
            program.hand("mousedown", "1")
    program.hand("mouseup", "1")


def kept(study: str) -> dict[PictureId, tuple[Annotation, ...]]:
    """What the program has written down of a study so far."""
    with AnnotationStore() as store:
        return {place: drawn for place, drawn in store.study(study).drawn.items() if drawn}


def begin(start: Callable[..., Program], folder: Path) -> Program:
    """The program with the folder's series on screen, and the keyboard."""
    (paths.data() / "session.json").unlink(missing_ok=True)  # what is read below is of this run
    program = start(folder)
    eventually(lambda: recent.last_session().series_uid != "")
    program.hand("windowfocus", "--sync", program.window)
    press_until(program, "End", lambda: recent.last_session().index > 0)
    press_until(program, "Home", lambda: recent.last_session().index == 0)
    return program


def press_until(program: Program, key: str, condition: Callable[[], bool]) -> None:
    """Press a key that may be pressed twice until it is heard.

    Without a window manager, what is pressed right after the window has the focus may be lost;
    what a test presses after this is pressed once, and counts.
    """
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"{key} is not heard within a minute"
        program.key(key)
        again = time.monotonic() + 5  # a place is written down 1.5 s after the last move
        while not condition() and time.monotonic() < again:
            threading.Event().wait(0.1)


def go_down(program: Program, slices: int) -> None:
    program.key(*["Down"] * slices)
    eventually(lambda: recent.last_session().index == slices)


@pytest.fixture(params=["sample", pytest.param("shared", marks=pytest.mark.shared)])
def folder(request: pytest.FixtureRequest) -> Path:
    """The bundled series, and a real one."""
    if request.param == "sample":
        return paths.resources() / "sample" / "synthetic-thorax"
    found: Path = request.getfixturevalue("shared_data") / "dicom" / "lung-pet-ct-dx"
    if not found.is_dir():
        pytest.skip(f"no {found.name} in the folder of real data")
    return found


def test_a_measure_is_found_again_where_it_was_made(start: Callable[..., Program], folder: Path) -> None:
    study = str(dcmread(next(folder.rglob("*.dcm")), stop_before_pixels=True).StudyInstanceUID)
    first = begin(start, folder)
    go_down(first, 3)
    drag(first, (600, 300), (640, 320), (680, 340))  # a window no undo of the ruler may touch
    first.key("d")
    drag(first, (520, 420), (600, 420), (720, 420))
    eventually(lambda: len(kept(study)) == 1)
    ((place, (ruler,)),) = kept(study).items()
    assert ruler.kind is Kind.RULER
    first.key("ctrl+z")
    eventually(lambda: kept(study) == {})
    first.key("ctrl+y")
    eventually(lambda: kept(study) == {place: (ruler,)})
    assert first.close() == 0

    second = begin(start, folder)
    second.key("period")  # to the next marked slice
    eventually(lambda: recent.last_session().index == 3)
    second.hand("mousemove", "--window", second.window, "600", "420", "click", "1")
    second.key("Delete")
    eventually(lambda: kept(study) == {})
    assert second.close() == 0
