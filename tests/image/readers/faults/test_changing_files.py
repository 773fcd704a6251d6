"""Files that are not there for us, or not the same any more: one sentence each, or what they hold now."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import uid

from lungview.errors import DamagedFile, ReadError
from lungview.image import phantom, readers
from lungview.image.readers import dicom
from lungview.image.slice import Instance
from lungview.sources.cache import SliceCache
from lungview.sources.files.scan import scan
from tests.image.readers import files
from tests.image.readers.files import refused

THORAX = phantom.Thorax(3, 32)
NOBODY = 65534


@pytest.fixture
def forbidden() -> Iterator[Path]:
    """A file that this process may not read; the tests often run as root, who may read anything."""
    if os.name == "nt":
        pytest.skip("no file modes on this system")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = files.write(Path(folder))
        path.chmod(0)
        root = os.geteuid() == 0
        try:
            os.seteuid(NOBODY if root else os.geteuid())
        except OSError:
            pytest.skip("root, and there is no other user to become")
        try:
            yield path
        finally:
            if root:
                os.seteuid(0)


def test_a_file_that_may_not_be_read_is_said(forbidden: Path) -> None:
    refused(forbidden, ReadError, "the file may not be read: no permission")


def test_a_scan_skips_a_file_that_may_not_be_read(forbidden: Path) -> None:
    found = scan([forbidden.parent])

    assert found.series == ()
    assert [str(s.error.message) for s in found.skipped] == ["the file may not be read: no permission"]


def _windows(code: int) -> OSError:
    error = PermissionError(errno.EACCES, "used by another process")
    error.winerror = code  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    "error",
    [_windows(32), _windows(33), OSError(errno.EBUSY, "Device or resource busy")],
    ids=["shared by nobody", "a part locked", "busy"],
)
def test_a_file_that_another_program_locks_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    path = files.write(tmp_path)

    def locked(self: io.BufferedReader, *_: object) -> bytes:
        raise error

    monkeypatch.setattr("lungview.image.readers.source._Clamped.read", locked)
    refused(path, ReadError, "another program has locked the file")


@pytest.fixture
def instances(tmp_path: Path) -> tuple[Instance, ...]:
    phantom.write_series(tmp_path, THORAX)
    return scan([tmp_path]).series[0].instances


def test_a_file_that_vanishes_behind_the_scan_is_said(instances: tuple[Instance, ...]) -> None:
    instances[1].path.unlink()
    cache = SliceCache(budget_bytes=1 << 20, workers=0)

    with pytest.raises(ReadError, match="there is no such file"):
        cache.get(instances[1])
    assert cache.get(instances[2]).rows == 32


def test_a_file_that_is_cut_behind_the_scan_is_refused(instances: tuple[Instance, ...]) -> None:
    os.truncate(instances[1].path, instances[1].path.stat().st_size - 100)

    refused(instances[1].path, DamagedFile, "32 × 32 × 1 frames of 16 bits need 2,048")


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEGLSLossless])
def test_a_file_that_is_replaced_behind_the_scan_gives_what_it_holds_now(
    instances: tuple[Instance, ...], tmp_path: Path, syntax: str
) -> None:
    other = phantom.Thorax(1, 48)
    path = phantom.write_series(tmp_path / "other", other, transfer_syntax=syntax)[0]
    path.replace(instances[1].path)
    cache = SliceCache(budget_bytes=1 << 20, workers=0)

    assert np.array_equal(cache.get(instances[1]).values, other.hu(0))


def test_a_file_that_is_still_being_copied_is_refused_and_later_read(tmp_path: Path) -> None:
    path = phantom.write_series(tmp_path, phantom.Thorax(1, 32))[0]
    content = path.read_bytes()
    for written in (0, 200, 400, len(content) - 1):
        path.write_bytes(content[:written])
        found = scan([tmp_path])
        assert found.series == ()
        assert [type(s.error) for s in found.skipped] == [DamagedFile]
    path.write_bytes(content)

    assert len(scan([tmp_path]).series) == 1


@pytest.mark.parametrize("frames", [1, 3])
def test_a_file_that_is_cut_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frames: int
) -> None:
    made = files.dataset(frames=frames)
    made.Rows = made.Columns = 128
    made.PixelData = bytes(128 * 128 * 2 * frames)  # more than is read with the header
    path = files.save(made, tmp_path / "a.dcm")
    _then(monkeypatch, lambda: os.truncate(path, path.stat().st_size - 200))
    with pytest.raises(DamagedFile):
        readers.read_stored(path, frames - 1)


def _then(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Have something happen between the header and the pixels."""
    decode = dicom.decode

    def meanwhile(*args: Any, **options: Any) -> np.ndarray:
        happens()
        return decode(*args, **options)

    monkeypatch.setattr(dicom, "decode", meanwhile)
