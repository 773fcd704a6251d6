"""Films read back by other programs: FFmpeg (through OpenCV) and Pillow; never half a file."""

from __future__ import annotations

import errno
import gc
import os
import tracemalloc
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview.errors import ReportError
from lungview.report.film import avi
from lungview.report.film.film import KINDS, Film
from lungview.report.film.stream import Stream

FRAMES = 12


def _frame(number: int, rows: int = 90, columns: int = 120) -> np.ndarray:
    """A grey ramp, a square that walks, and a yellow line, as on an exported picture."""
    pixels = np.repeat(np.linspace(0, 200, columns)[None, :, None], rows, axis=0).repeat(3, axis=2)
    pixels[20:40, 5 * number : 5 * number + 20] = 255
    pixels[60, :] = (255, 209, 102)
    return np.rint(pixels).astype(np.uint8)


def _begin(kind: str, path: Path, rate: float = 10.0) -> Film:
    return next(each for each in KINDS if each.id == kind).begin(path, rate)


def _add(film: Film, count: int) -> None:
    for number in range(count):
        film.add(_frame(number % FRAMES))


def _filled(kind: str, path: Path, **size: int) -> Path:
    film = _begin(kind, path)
    for number in range(FRAMES):
        film.add(_frame(number, **size))
    return film.close()


def test_ffmpeg_reads_the_avi_frame_by_frame(tmp_path: Path) -> None:
    video = cv2.VideoCapture(str(_filled("avi", tmp_path / "a.avi")))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == FRAMES
    assert video.get(cv2.CAP_PROP_FPS) == pytest.approx(10)
    for number in range(FRAMES):
        done, found = video.read()
        assert done
        difference = np.abs(found[..., ::-1].astype(int) - _frame(number).astype(int))
        assert difference.mean() < 3
    assert not video.read()[0]


def test_the_avis_sizes_and_index_are_right(tmp_path: Path) -> None:
    data = _filled("avi", tmp_path / "a.avi").read_bytes()
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    movi, index = data.index(b"movi"), data.index(b"idx1")
    for number in range(FRAMES):
        entry = data[index + 8 + 16 * number :][:16]
        offset, size = int.from_bytes(entry[8:12], "little"), int.from_bytes(entry[12:16], "little")
        assert data[movi + offset :][:4] == b"00dc"
        jpeg = data[movi + offset + 8 :][:size]
        assert (jpeg[:2], jpeg[-2:]) == (b"\xff\xd8", b"\xff\xd9")


def test_an_odd_picture_gets_a_black_edge(tmp_path: Path) -> None:
    video = cv2.VideoCapture(str(_filled("avi", tmp_path / "a.avi", rows=91, columns=121)))
    assert (video.get(cv2.CAP_PROP_FRAME_WIDTH), video.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (122, 92)


@pytest.mark.parametrize(("kind", "suffix", "off"), [("png", ".png", 0), ("jpg", ".jpg", 3)])
def test_pictures_are_numbered_in_a_folder(tmp_path: Path, kind: str, suffix: str, off: float) -> None:
    folder = _filled(kind, tmp_path / "out")
    names = sorted(each.name for each in folder.iterdir())
    assert names == [f"picture-{n + 1:04d}{suffix}" for n in range(FRAMES)]
    found = cv2.imread(str(folder / names[3]))[..., ::-1].astype(int)
    assert np.abs(found - _frame(3).astype(int)).mean() <= off


def test_a_folder_that_is_there_is_let_be(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "picture-0001.png").write_text("mine")
    assert _filled("png", tmp_path / "out") == tmp_path / "out-2"
    assert (tmp_path / "out" / "picture-0001.png").read_text() == "mine"


@pytest.mark.parametrize("kind", ["gif", "avi"])
def test_a_film_given_up_leaves_nothing_and_the_old_one_as_it_was(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_text("old")
    film = _begin(kind, path)
    film.add(_frame(0))
    film.abort()
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "old"


@pytest.mark.parametrize("kind", ["gif", "avi", "png"])
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_text("")
    film = _begin(kind, tmp_path / "file" / f"a.{kind}")
    with pytest.raises(ReportError, match="cannot be written"):
        film.add(_frame(0))
    film.abort()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("kind", ["gif", "avi"])
def test_a_full_disk_is_said_and_leaves_nothing(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real full device stands in for the file that is being written."""
    film = _begin(kind, tmp_path / f"a.{kind}")
    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr(Stream, "file", lambda _: full)
        with pytest.raises(ReportError, match=os.strerror(errno.ENOSPC)):
            film.add(_frame(0))
        film.abort()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["gif", "avi", "png"])
def test_no_frame_is_no_film(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ReportError, match="found none"):
        _begin(kind, tmp_path / f"a.{kind}").close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["gif", "avi"])
def test_a_frame_of_another_size_is_refused(tmp_path: Path, kind: str) -> None:
    film = _begin(kind, tmp_path / f"a.{kind}")
    film.add(_frame(0))
    with pytest.raises(ReportError, match="expected frames of"):
        film.add(_frame(1, rows=70))
    film.abort()


def test_a_film_that_grows_too_large_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avi, "MOST_BYTES", 20_000)
    film = _begin("avi", tmp_path / "a.avi")
    with pytest.raises(ReportError, match="below 2 GB"):
        _add(film, 20)
    film.abort()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["gif", "avi"])
def test_memory_does_not_grow_with_the_number_of_frames(tmp_path: Path, kind: str) -> None:
    film = _begin(kind, tmp_path / f"a.{kind}")
    film.add(_frame(0))
    tracemalloc.start()
    _add(film, 300)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    film.abort()
    assert kept < 10 * _frame(0).nbytes  # of 300
