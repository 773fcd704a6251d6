"""Zips are opened once, and anew when they changed."""

from __future__ import annotations

import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from lungview.image import phantom
from lungview.image.readers import read
from lungview.image.readers.archives import archive

THORAX = phantom.Thorax(6, 24)


def _zip(path: Path, thorax: phantom.Thorax) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for file in phantom.write_series(path.parent / "ct", thorax):
            target.write(file, file.name)
    return path


def test_a_zip_is_opened_once(tmp_path: Path) -> None:
    path = _zip(tmp_path / "ct.zip", THORAX)

    assert archive(path)[0] is archive(path)[0]


def test_a_zip_that_changed_is_read_anew(tmp_path: Path) -> None:
    path = _zip(tmp_path / "ct.zip", THORAX)
    read(path, member="IM0001.dcm")
    other = phantom.Thorax(6, 24, seed=9)
    _zip(path, other)

    assert np.array_equal(read(path, member="IM0001.dcm").values, other.hu(0))


def test_many_threads_read_one_zip(tmp_path: Path) -> None:
    path = _zip(tmp_path / "ct.zip", THORAX)
    with ThreadPoolExecutor(4) as pool:
        slices = list(pool.map(lambda i: read(path, member=f"IM{i % 6 + 1:04d}.dcm"), range(60)))

    assert all(np.array_equal(s.values, THORAX.hu(i % 6)) for i, s in enumerate(slices))
