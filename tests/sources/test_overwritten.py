"""What the cache gives of a file that was written to after it was read: what the file holds now."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from pydicom import uid

from lungview.image import phantom
from lungview.image.slice import Instance
from lungview.sources.cache import SliceCache
from lungview.sources.files.scan import scan

THORAX, OTHER = phantom.Thorax(3, 32), phantom.Thorax(3, 32, seed=9)


@pytest.fixture
def cache() -> Iterator[SliceCache]:
    made = SliceCache(budget_bytes=1 << 20, workers=0)
    yield made
    made.close()


def _of(path: Path) -> Instance:
    return scan([path]).series[0].instances[0]


def _in_place(path: Path, content: bytes) -> None:
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()


def _in_place_at_the_old_time(path: Path, content: bytes) -> None:
    before = path.stat()
    _in_place(path, content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replaced(path: Path, content: bytes) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(content)
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)


Write = Callable[[Path, bytes], None]
WAYS: list[Write] = [_in_place, _in_place_at_the_old_time, _replaced]


@pytest.mark.parametrize("write", WAYS)
def test_a_file_that_was_written_to_is_read_again(cache: SliceCache, tmp_path: Path, write: Write) -> None:
    path = phantom.write_series(tmp_path / "a", THORAX)[0]
    content = phantom.write_series(tmp_path / "b", OTHER)[0].read_bytes()
    instance = _of(path)
    assert np.array_equal(cache.get(instance).values, THORAX.hu(0))
    write(path, content)

    assert np.array_equal(cache.get(instance).values, OTHER.hu(0))
    assert np.array_equal(cache.get(_of(path)).values, OTHER.hu(0))


def test_a_file_that_is_listed_anew_is_never_shown_as_it_was(cache: SliceCache, tmp_path: Path) -> None:
    path = phantom.write_series(tmp_path / "a", THORAX)[0]
    before = _of(path)
    cache.get(before)
    _in_place(path, path.read_bytes()[:-2] + b"\1\1")  # one pixel
    after = _of(path)

    assert after == before  # where it is and what its header says are the same
    assert cache.peek(after) is None
    assert cache.cached([before, after]) == [True, False]


def test_a_frame_of_a_multi_frame_file_that_was_written_to_is_read_again(
    cache: SliceCache, tmp_path: Path
) -> None:
    path, other = tmp_path / "a.dcm", tmp_path / "b.dcm"
    phantom.write_multiframe(path, THORAX, transfer_syntax=uid.JPEGLSLossless)
    phantom.write_multiframe(other, OTHER, transfer_syntax=uid.JPEGLSLossless)
    instances = scan([path]).series[0].instances
    cache.get(instances[1])
    _in_place(path, other.read_bytes())

    assert np.array_equal(cache.get(instances[1]).values, OTHER.hu(1))


def test_a_member_of_a_zip_that_was_written_to_is_read_again(cache: SliceCache, tmp_path: Path) -> None:
    path = tmp_path / "ct.zip"
    for name, thorax in (("a", THORAX), ("b", OTHER)):
        with zipfile.ZipFile(path.with_name(name), "w") as target:
            target.write(phantom.write_series(tmp_path / f"{name}s", thorax)[0], "1.dcm")
    content = (tmp_path / "b").read_bytes()
    path.write_bytes((tmp_path / "a").read_bytes())
    instance = _of(path)
    cache.get(instance)
    _in_place(path, content)

    assert np.array_equal(cache.get(instance).values, OTHER.hu(0))


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_picture_that_was_written_to_is_read_again(cache: SliceCache, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    cv2.imwrite(str(path), np.full((8, 8), 10, np.uint8))
    instance = _of(path)
    cache.get(instance)
    cv2.imwrite(str(path), np.full((8, 8), 20, np.uint8))

    assert (cache.get(instance).values == 20).all()


def test_a_file_that_is_gone_is_shown_as_it_was(cache: SliceCache, tmp_path: Path) -> None:
    path = phantom.write_series(tmp_path, THORAX)[0]
    instance = _of(path)
    cache.get(instance)
    path.unlink()

    assert np.array_equal(cache.get(instance).values, THORAX.hu(0))


def test_the_version_is_that_of_what_was_open(tmp_path: Path) -> None:
    path = phantom.write_series(tmp_path, THORAX)[0]
    status = path.stat()

    version = _of(path).version
    assert version is not None
    assert (version.modified, version.size, version.inode) == (
        status.st_mtime_ns,
        status.st_size,
        status.st_ino,
    )
