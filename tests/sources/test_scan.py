"""Folders, zips, DICOMDIRs and links: what is found, what is skipped, and that it ends."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import Dataset

from lungview.errors import Cancelled, DamagedFile, NoPixelData, ReadError, UnsupportedFormat
from lungview.image import phantom
from lungview.image.readers import read_header
from lungview.image.readers.header import Header
from lungview.sources.files.scan import scan
from lungview.study.series import Series
from tests.sources.conftest import THORAX


def test_a_folder_is_searched_to_its_depth(folder: Path) -> None:
    found = scan([folder])

    assert [len(s.instances) for s in found.series] == [5]
    assert found.skipped == ()


def test_files_without_a_suffix_are_found(tmp_path: Path) -> None:
    phantom.write_series(tmp_path, THORAX, name="{:08d}")

    assert len(scan([tmp_path]).series[0].instances) == 5


def test_a_text_a_program_and_a_report_are_skipped_with_their_reasons(folder: Path) -> None:
    (folder / "a.txt").write_text("notes")
    (folder / "b.dcm").write_bytes(b"MZ" + bytes(600))
    (folder / "c.dcm").write_bytes(b"")
    report = phantom.make_dataset(THORAX, 0)
    del report.PixelData
    report.Modality, report.SOPClassUID = "SR", "1.2.840.10008.5.1.4.1.1.88.33"
    phantom.save(report, folder / "d.dcm")
    found = scan([folder])

    assert len(found.series[0].instances) == 5
    assert [(s.path.name, type(s.error)) for s in found.skipped] == [
        ("a.txt", UnsupportedFormat),
        ("b.dcm", UnsupportedFormat),
        ("c.dcm", DamagedFile),
        ("d.dcm", NoPixelData),
    ]
    assert all(s.path.name in str(s.error) for s in found.skipped)


def test_a_path_that_is_not_there_is_skipped(tmp_path: Path) -> None:
    found = scan([tmp_path / "gone"])

    assert found.series == ()
    assert isinstance(found.skipped[0].error, ReadError)


def test_a_loop_of_links_ends_and_repeats_nothing(folder: Path) -> None:
    (folder / "CT" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "again").symlink_to(folder / "CT", target_is_directory=True)

    assert len(scan([folder, folder]).series[0].instances) == 5


def test_a_pipe_is_not_waited_for_and_named(folder: Path) -> None:
    os.mkfifo(folder / "CT" / "pipe")

    found = scan([folder])
    assert len(found.series[0].instances) == 5
    assert [skipped.path.name for skipped in found.skipped] == ["pipe"]
    assert isinstance(scan([folder / "CT" / "pipe"]).skipped[0].error, ReadError)


def test_a_folder_that_vanishes_or_may_not_be_read_is_skipped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("lungview.sources.files.candidates.os.scandir", refuse)
    (skipped,) = scan([folder]).skipped

    assert isinstance(skipped.error, ReadError)
    assert "Input/output error" in skipped.error.message


def test_names_beyond_ascii_and_long_paths_are_read(tmp_path: Path) -> None:
    deep = tmp_path / "Lunge ärztlich 肺" / ("x" * 120) / ("y" * 120)
    phantom.write_series(deep, THORAX, name="Schicht_ü_{}.dcm")

    assert len(scan([tmp_path]).series[0].instances) == 5


def test_a_scan_shows_series_as_they_grow_and_ends_with_all_of_them(tmp_path: Path) -> None:
    for number in range(3):
        phantom.write_series(tmp_path / str(number), phantom.Thorax(20, 16, seed=number))
    shown: dict[str, Series] = {}
    progress: list[tuple[int, int]] = []

    found = scan(
        [tmp_path],
        on_series=lambda s: shown.__setitem__(s.key, s),
        on_progress=lambda done, of: progress.append((done, of)),
    )

    assert {k: len(s.instances) for k, s in shown.items()} == {s.key: 20 for s in found.series}
    assert progress[-1] == (60, 60)
    assert progress == sorted(progress)


def test_the_first_series_is_told_before_a_second_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phantom.write_series(tmp_path, phantom.Thorax(20, 16))
    read: list[Path] = []
    told: list[int] = []

    def noted(path: Path, member: str = "") -> Header:
        read.append(path)
        return read_header(path, member)

    monkeypatch.setattr("lungview.sources.files.scan.read_header", noted)
    scan([tmp_path], on_series=lambda _: told.append(len(read)))

    assert told[0] == 1
    assert len(read) == 20


def test_a_scan_can_be_stopped(folder: Path) -> None:
    asked = iter([False, False, True, True, True, True, True])

    with pytest.raises(Cancelled):
        scan([folder], cancelled=lambda: next(asked))


def test_pictures_of_a_folder_are_one_series_in_natural_order(tmp_path: Path) -> None:
    for path in phantom.write_pngs(tmp_path / "png", phantom.Thorax(11, 16)):
        path.rename(path.with_name(f"slice {int(path.stem[-4:])}.png"))
    (series,) = scan([tmp_path]).series

    assert series.description == "png"
    assert [i.path.stem for i in series.instances][:3] == ["slice 1", "slice 2", "slice 3"]


def test_a_multi_frame_file_is_a_series_of_its_frames(tmp_path: Path) -> None:
    phantom.write_multiframe(tmp_path / "enhanced.dcm", THORAX)
    (series,) = scan([tmp_path]).series

    assert [i.frame for i in series.instances] == [4, 3, 2, 1, 0]  # the highest first
    assert series.slice_spacing == pytest.approx(THORAX.step)


def _set_localizer(dataset: Dataset, index: int) -> None:
    if index == 0:
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]


def test_a_localizer_is_a_series_of_its_own(tmp_path: Path) -> None:
    phantom.write_series(tmp_path, THORAX, change=_set_localizer)
    found = scan([tmp_path])

    assert sorted((s.localizer, len(s.instances)) for s in found.series) == [(False, 4), (True, 1)]
    assert len({s.uid for s in found.series}) == 1
    assert len({s.key for s in found.series}) == 2


def test_a_slow_medium_is_read_by_several_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    phantom.write_series(tmp_path, phantom.Thorax(120, 8))
    threads: set[str] = set()
    monkeypatch.setattr("lungview.sources.files.scan._SLOW", 0.0)
    monkeypatch.setattr("lungview.sources.files.scan.read_header", _noting(threads))
    found = scan([tmp_path])

    assert [i.instance_number for i in found.series[0].instances] == list(range(120, 0, -1))
    assert "MainThread" in threads
    assert any(name.startswith("scan") for name in threads)


def _noting(threads: set[str]) -> Callable[[Path, str], Header]:
    def noted(path: Path, member: str = "") -> Header:
        threads.add(threading.current_thread().name)
        return read_header(path, member)

    return noted
