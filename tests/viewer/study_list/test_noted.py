"""What is written down of an opening: each study once, with what brings back it and no other."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview.image import phantom
from lungview.sources.files.scan import scan
from lungview.viewer.study_list.noted import THUMBNAIL, entries_of, picture_of
from tests.viewer.study_list.listing import series


def places(found: list, opened: list[Path]) -> list[list[str]]:
    return [[Path(p).name for p in each.paths] for each in entries_of(found, opened)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a/1.dcm", "a/2.dcm", "a/deep/3.dcm", "b/1.dcm", "mixed/1.dcm", "mixed/2.dcm"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def test_a_folder_of_one_study_stands_for_its_files(root: Path) -> None:
    found = [
        series(1, root / "a/1.dcm", root / "a/2.dcm", root / "a/deep/3.dcm"),
        series(2, root / "b/1.dcm"),
    ]
    assert places(found, [root]) == [["a"], ["b"]]


def test_of_a_folder_that_two_studies_share_the_files_are_named(root: Path) -> None:
    found = [series(1, root / "mixed/1.dcm"), series(2, root / "mixed/2.dcm")]
    assert places(found, [root]) == [["1.dcm"], ["2.dcm"]]


def test_a_folder_with_another_study_below_it_is_not_named(root: Path) -> None:
    found = [series(1, root / "a/1.dcm", root / "a/2.dcm"), series(2, root / "a/deep/3.dcm")]
    assert places(found, [root]) == [["1.dcm", "2.dcm"], ["deep"]]


def test_of_files_that_were_opened_alone_the_folder_is_not_named(root: Path) -> None:
    assert places([series(1, root / "a/1.dcm")], [root / "a/1.dcm"]) == [["1.dcm"]]


def test_a_study_in_a_zip_is_found_by_the_zip(root: Path) -> None:
    packed = root / "x.zip"
    assert places([series(1, (packed, "1.dcm"), (packed, "2.dcm"))], [packed]) == [["x.zip"]]


def test_series_of_one_study_are_one_entry_with_all_modalities(root: Path) -> None:
    found = [series(1, root / "a/1.dcm"), series(1, root / "a/2.dcm", modality="PT")]
    (only,) = entries_of(found, [root])
    assert (only.modalities, only.series, only.pictures) == (("CT", "PT"), 2, 2)


def test_files_without_a_study_are_told_apart_by_their_folder(root: Path) -> None:
    found = [series(1, root / "a/1.dcm", study=""), series(1, root / "b/1.dcm", study="")]
    assert len({each.key for each in entries_of(found, [root])}) == 2


def test_the_small_picture_is_the_phantoms_and_small(tmp_path: Path) -> None:
    phantom.write_series(tmp_path, phantom.Thorax(slices=3, matrix=128))
    found = scan([tmp_path]).series
    pixels = cv2.imdecode(np.frombuffer(picture_of(found), np.uint8), cv2.IMREAD_UNCHANGED)
    assert max(pixels.shape) == THUMBNAIL
    assert pixels.std() > 20


def test_a_study_that_cannot_be_read_has_no_picture(tmp_path: Path) -> None:
    phantom.write_series(tmp_path, phantom.Thorax(slices=1, matrix=32))
    found = scan([tmp_path]).series
    shutil.rmtree(tmp_path)
    assert picture_of(found) == b""
