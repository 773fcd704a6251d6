"""Folders, zips, DICOMDIRs and links: what is found, what is skipped, and that it ends."""

from __future__ import annotations

import io
import os
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom import Dataset
from pydicom.fileset import FileSet

from lungview.errors import Cancelled, DamagedFile, NoPixelData, ReadError, UnsupportedFormat
from lungview.image import phantom
from lungview.image.readers import read_header
from lungview.image.readers.header import Header
from lungview.image.scan import scan
from lungview.image.series import Series

THORAX = phantom.Thorax(slices=5, matrix=32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    phantom.write_series(tmp_path / "CT", THORAX)
    return tmp_path


def _zip(target: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


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

    monkeypatch.setattr("lungview.image.candidates.os.scandir", refuse)
    (skipped,) = scan([folder]).skipped

    assert isinstance(skipped.error, ReadError)
    assert "Input/output error" in skipped.error.message


def test_names_beyond_ascii_and_long_paths_are_read(tmp_path: Path) -> None:
    deep = tmp_path / "Lunge ärztlich 肺" / ("x" * 120) / ("y" * 120)
    phantom.write_series(deep, THORAX, name="Schicht_ü_{}.dcm")

    assert len(scan([tmp_path]).series[0].instances) == 5


def test_a_zip_is_read_like_a_folder(folder: Path) -> None:
    files = {f"study/{p.name}": p.read_bytes() for p in (folder / "CT").iterdir()}
    archive = _zip(folder / "ct.zip", {**files, "__MACOSX/._a": b"x", "study/.DS_Store": b"x"})
    found = scan([archive])

    assert len(found.series[0].instances) == 5
    assert found.series[0].instances[0].member == "study/IM0001.dcm"
    assert found.skipped == ()


def test_a_zip_without_a_suffix_is_read_when_it_is_named(folder: Path) -> None:
    archive = _zip(folder / "download", {p.name: p.read_bytes() for p in (folder / "CT").iterdir()})

    assert len(scan([archive]).series[0].instances) == 5


def test_an_encrypted_zip_is_refused_in_one_sentence(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "secret.zip", {"a.dcm": b"x" * 100})
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag of encryption, in the directory
    archive.write_bytes(bytes(content))
    (skipped,) = scan([archive]).skipped

    assert isinstance(skipped.error, UnsupportedFormat)
    assert "encrypted" in skipped.error.message
    assert skipped.error.hint


@pytest.mark.parametrize("name", ["../../evil.dcm", "/etc/evil.dcm", "..\\evil.dcm", "C:\\evil.dcm"])
def test_a_member_that_leads_outside_is_not_read(tmp_path: Path, name: str) -> None:
    inside = io.BytesIO()
    pydicom.dcmwrite(inside, phantom.make_dataset(THORAX, 0), enforce_file_format=True)
    archive = _zip(tmp_path / "slip.zip", {name: inside.getvalue(), "good.dcm": inside.getvalue()})
    found = scan([archive])

    assert len(found.series[0].instances) == 1
    assert "outside" in found.skipped[0].error.message


def test_a_zip_bomb_is_refused_without_being_unpacked(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "bomb.zip", {"bomb.dcm": bytes(1000)})
    content = bytearray(archive.read_bytes())
    where = content.index(b"PK\x01\x02") + 24
    content[where : where + 4] = (0xFFFFFF00).to_bytes(4, "little")  # claims 4 GB
    archive.write_bytes(bytes(content))
    (skipped,) = scan([archive]).skipped

    assert isinstance(skipped.error, DamagedFile)
    assert "unpack" in skipped.error.message


@pytest.mark.parametrize("cut", [10, 200, -10])
def test_a_cut_zip_is_damaged(folder: Path, cut: int) -> None:
    archive = _zip(folder / "cut.zip", {p.name: p.read_bytes() for p in (folder / "CT").iterdir()})
    archive.write_bytes(archive.read_bytes()[:cut])
    (skipped,) = scan([archive]).skipped

    assert isinstance(skipped.error, DamagedFile)


def _dicomdir(folder: Path, source: Path) -> Path:
    files = FileSet()
    for path in source.iterdir():
        files.add(path)
    files.write(folder)
    return folder / "DICOMDIR"


def test_a_dicomdir_gives_the_files_it_lists(folder: Path, tmp_path: Path) -> None:
    directory = _dicomdir(tmp_path / "disc", folder / "CT")
    found = scan([directory])

    assert len(found.series[0].instances) == 5
    assert found.skipped == ()


def test_a_folder_with_a_dicomdir_does_not_list_it_as_a_bad_image(folder: Path, tmp_path: Path) -> None:
    found = scan([_dicomdir(tmp_path / "disc", folder / "CT").parent])

    assert len(found.series[0].instances) == 5
    assert found.skipped == ()


def _set_file_ids(directory: Path, value: list[str]) -> None:
    dataset = pydicom.dcmread(directory)
    for record in dataset.DirectoryRecordSequence:
        if "ReferencedFileID" in record:
            record.ReferencedFileID = value
    dataset.save_as(directory)


def test_a_dicomdir_that_points_outside_reads_nothing_there(folder: Path, tmp_path: Path) -> None:
    directory = _dicomdir(tmp_path / "disc", folder / "CT")
    _set_file_ids(directory, ["..", "CT", "IM0001.dcm"])
    found = scan([directory])

    assert found.series == ()
    assert "outside" in found.skipped[0].error.message


def test_a_dicomdir_with_files_that_are_gone_says_so_of_each(folder: Path, tmp_path: Path) -> None:
    directory = _dicomdir(tmp_path / "disc", folder / "CT")
    _set_file_ids(directory, ["GONE", "FILE"])
    found = scan([directory])

    assert found.series == ()
    assert "GONE" in str(found.skipped[0].path)


def test_lower_case_names_are_found_by_their_file_ids(folder: Path, tmp_path: Path) -> None:
    directory = _dicomdir(tmp_path / "disc", folder / "CT")
    listed = pydicom.dcmread(directory).DirectoryRecordSequence[-1].ReferencedFileID
    (tmp_path / "disc" / listed[0]).rename(tmp_path / "disc" / listed[0].lower())

    assert len(scan([directory]).series[0].instances) == 5


@pytest.mark.parametrize("content", [b"", b"not a directory", bytes(128) + b"DICM" + b"\xff" * 300])
def test_a_broken_dicomdir_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "DICOMDIR").write_bytes(content)
    (skipped,) = scan([tmp_path / "DICOMDIR"]).skipped

    assert isinstance(skipped.error, ReadError)


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

    assert [i.frame for i in series.instances] == [0, 1, 2, 3, 4]
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
    monkeypatch.setattr("lungview.image.scan._SLOW", 0.0)
    monkeypatch.setattr("lungview.image.scan.read_header", _noting(threads))
    found = scan([tmp_path])

    assert [i.instance_number for i in found.series[0].instances] == list(range(1, 121))
    assert "MainThread" in threads
    assert any(name.startswith("scan") for name in threads)


def _noting(threads: set[str]) -> Callable[[Path, str], Header]:
    def noted(path: Path, member: str = "") -> Header:
        threads.add(threading.current_thread().name)
        return read_header(path, member)

    return noted
