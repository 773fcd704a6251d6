"""A copy is what has the same pixels, whatever the headers say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread, uid

from lungview.image import phantom
from lungview.image.slice import Instance
from lungview.sources.files.scan import scan
from lungview.study.sorting.copies import Copies
from tests.sources.conftest import THORAX


def test_a_copied_file_is_shown_once(folder: Path) -> None:
    shutil.copytree(folder / "CT", folder / "again")
    (series,) = scan([folder]).series

    assert len(series.instances) == 5
    assert series.warnings == ("5 slices are there more than once (the same pixels); each is shown once",)
    assert {i.path.parent.name for i in series.instances} == {"CT"}


def test_a_copy_in_another_transfer_syntax_is_shown_once(folder: Path) -> None:
    phantom.write_series(folder / "packed", THORAX, transfer_syntax=uid.JPEGLSLossless)
    (series,) = scan([folder]).series

    assert len(series.instances) == 5


def _one_header(dataset: Dataset, index: int) -> None:
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    dataset.ImagePositionPatient, dataset.InstanceNumber = [0, 0, 0], 1


def test_different_pictures_of_one_copied_header_are_all_shown_and_said(tmp_path: Path) -> None:
    phantom.write_series(tmp_path, THORAX, change=_one_header)
    (series,) = scan([tmp_path]).series

    assert len(series.instances) == 5
    assert "5 different pictures have one copied header" in series.warnings[0]


def test_one_copied_header_of_two_pictures_and_a_copy_is_two_pictures(tmp_path: Path) -> None:
    first, second = phantom.write_series(tmp_path, phantom.Thorax(2, 16), change=_one_header)
    shutil.copy(first, tmp_path / "copy.dcm")
    (series,) = scan([tmp_path]).series

    assert [i.path.name for i in series.instances] == [first.name, second.name]


def test_blank_instance_uids_of_one_place_are_copies_only_with_the_same_pixels(tmp_path: Path) -> None:
    def blank(dataset: Dataset, index: int) -> None:
        _one_header(dataset, index)
        dataset.SOPInstanceUID = ""

    paths = phantom.write_series(tmp_path, phantom.Thorax(2, 16), change=blank)
    shutil.copy(paths[0], tmp_path / "copy.dcm")
    (series,) = scan([tmp_path]).series

    assert len(series.instances) == 2


def test_a_file_whose_rescale_differs_is_another_picture(folder: Path) -> None:
    original = next((folder / "CT").iterdir())
    dataset = dcmread(original)
    dataset.RescaleIntercept = 0
    phantom.save(dataset, folder / "CT" / "changed.dcm")
    (series,) = scan([folder]).series

    assert len(series.instances) == 6


def test_an_ordinary_series_is_listed_without_a_look_at_its_pixels(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(instance: Instance) -> object:
        raise AssertionError(f"looked into {instance.path.name}")

    monkeypatch.setattr("lungview.study.sorting.copies._file_digest", never)

    assert len(scan([folder]).series[0].instances) == 5


def test_suspects_that_cannot_be_read_are_all_kept(tmp_path: Path) -> None:
    gone = [Instance(tmp_path / n, sop_instance_uid="1") for n in "ab"]
    kept, _ = Copies().without(gone)

    assert {i.path.name for i in kept} == {"a", "b"}


def test_a_scan_can_be_stopped_while_it_looks_into_suspects(folder: Path) -> None:
    asked = []

    def stop() -> None:
        asked.append(1)
        raise RuntimeError("stop")

    shutil.copytree(folder / "CT", folder / "again")
    twice = [Instance(p, sop_instance_uid="1") for p in sorted(folder.rglob("IM0001.dcm"))]
    with pytest.raises(RuntimeError, match="stop"):
        Copies(stop).without(twice)
    assert asked == [1]


@pytest.mark.shared
def test_six_pictures_of_one_template_header_are_six_slices(shared_cases: Path) -> None:
    (series,) = scan([shared_cases / "headers" / "template_header"]).series

    assert len(series.instances) == 6
    assert "6 different pictures have one copied header" in series.warnings[0]
