"""Of what a scan finds, segments and objects without pixels lie over pictures."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import numpy as np
from pydicom.dataset import Dataset

from lungview.sources.files.scan import scan
from lungview.viewer.studies.overlay_files import split
from tests.overlays.made import COLUMNS, ROWS, SLICES, gsps, seg, sr


def _mask() -> np.ndarray:
    made = np.zeros((SLICES, ROWS, COLUMNS), np.uint8)
    made[3, 4:8, 4:8] = 1
    return made


def test_segments_and_states_are_overlays_and_no_skipped_files(images: list[Dataset], tmp_path: Path) -> None:
    seg(images, _mask(), tmp_path / "seg.dcm")
    gsps(images, tmp_path / "pr.dcm")
    (tmp_path / "notes.txt").write_text("no picture")
    found = split(scan([tmp_path]))
    assert [series.modality for series in found.series] == ["CT"]
    assert set(found.overlays) == {(tmp_path / "seg.dcm", ""), (tmp_path / "pr.dcm", "")}
    assert [each.path.name for each in found.skipped] == ["notes.txt"]


def test_segments_alone_stay_a_series(images: list[Dataset], tmp_path: Path) -> None:
    seg(images, _mask(), tmp_path / "seg.dcm")
    found = split(scan([tmp_path / "seg.dcm"]))
    assert [series.modality for series in found.series] == ["SEG"]
    assert found.overlays == ((tmp_path / "seg.dcm", ""),)


def test_members_of_a_zip_keep_their_place(images: list[Dataset], tmp_path: Path) -> None:
    sr(images, tmp_path / "sr.dcm")
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "sr.dcm", "a/b/sr.dcm")
        archive.write(tmp_path / "ct" / "00.dcm", "a/00.dcm")
    found = split(scan([tmp_path / "all.zip"]))
    assert found.overlays == ((tmp_path / "all.zip", "a/b/sr.dcm"),)
    assert found.skipped == ()
