"""Zips and DICOMDIRs: read in place, never outside of themselves, refused in one sentence."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path

import pydicom
import pytest
from pydicom.fileset import FileSet

from lungview.errors import DamagedFile, ReadError, UnsupportedFormat
from lungview.image import phantom
from lungview.sources.files.scan import scan
from tests.sources.conftest import THORAX


def _zip(target: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def test_a_zip_is_read_like_a_folder(folder: Path) -> None:
    files = {f"study/{p.name}": p.read_bytes() for p in (folder / "CT").iterdir()}
    archive = _zip(folder / "ct.zip", {**files, "__MACOSX/._a": b"x", "study/.DS_Store": b"x"})
    found = scan([archive])

    assert len(found.series[0].instances) == 5
    assert found.series[0].instances[-1].member == "study/IM0001.dcm"
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


def test_files_of_one_name_in_a_zip_are_not_lost_without_a_word(folder: Path, tmp_path: Path) -> None:
    first, second = sorted((folder / "CT").iterdir())[:2]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, warnings.catch_warnings(action="ignore"):
        for content in (first, second, second):
            archive.write(content, "IM.dcm")
    found = scan([tmp_path / "a.zip"])

    (instance,) = found.series[0].instances
    assert instance.sop_instance_uid == pydicom.dcmread(second).SOPInstanceUID
    (skipped,) = found.skipped
    assert skipped.path.name == "IM.dcm (1)"
    assert "different files of one name" in skipped.error.message


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


def test_a_drive_before_a_file_id_is_left_out(folder: Path, tmp_path: Path) -> None:
    directory = _dicomdir(tmp_path / "disc", folder / "CT")
    one = next(p for p in (tmp_path / "disc").rglob("*") if p.is_file() and p != directory)
    _set_file_ids(directory, ["D:", *one.relative_to(tmp_path / "disc").parts])

    assert scan([directory]).skipped == ()


def _with_delimiter(directory: Path) -> None:
    """Its records up to a delimiter, in the place of so many bytes."""
    dataset = pydicom.dcmread(directory)
    dataset["DirectoryRecordSequence"].is_undefined_length = True
    dataset.save_as(directory)


@pytest.mark.parametrize("bytes_lost", [1, 200, 500])
@pytest.mark.parametrize("delimiter", [False, True])
def test_a_cut_dicomdir_says_so(folder: Path, tmp_path: Path, bytes_lost: int, *, delimiter: bool) -> None:
    directory = _dicomdir(tmp_path / "disc", folder / "CT")
    if delimiter:
        _with_delimiter(directory)
    directory.write_bytes(directory.read_bytes()[:-bytes_lost])
    error = scan([directory]).skipped[-1].error

    assert isinstance(error, DamagedFile)
    assert "cut off" in error.message or "does not parse" in error.message


def test_a_zipped_disc_does_not_list_its_dicomdir_as_a_bad_image(folder: Path, tmp_path: Path) -> None:
    disc = _dicomdir(tmp_path / "disc", folder / "CT").parent
    files = {str(p.relative_to(tmp_path)): p.read_bytes() for p in disc.rglob("*") if p.is_file()}
    found = scan([_zip(tmp_path / "disc.zip", files)])

    assert len(found.series[0].instances) == 5
    assert found.skipped == ()
    alone = _zip(tmp_path / "alone.zip", {"DICOMDIR": (disc / "DICOMDIR").read_bytes()})
    assert "no pixel data" in scan([alone]).skipped[0].error.message


@pytest.mark.parametrize("name", ["{}.dcm", "{};1", "{}.DCM;1", "{}."])
def test_files_on_a_disc_are_found_by_ids_without_extension_or_version(
    folder: Path, tmp_path: Path, name: str
) -> None:
    directory = _dicomdir(tmp_path / "disc", folder / "CT")
    listed = [p for p in (tmp_path / "disc").rglob("*") if p.is_file() and p != directory]
    for path in listed:
        path.rename(path.with_name(name.format(path.name)))
        path.with_name(f"{path.name}.txt").write_text("notes")
    found = scan([directory])

    assert len(found.series[0].instances) == 5
    assert found.skipped == ()


def test_a_dicomdir_without_images_says_what_it_lists(folder: Path, tmp_path: Path) -> None:
    directory = _dicomdir(tmp_path / "disc", folder / "CT")
    dataset = pydicom.dcmread(directory)
    dataset.DirectoryRecordSequence = [
        r for r in dataset.DirectoryRecordSequence if r.DirectoryRecordType != "IMAGE"
    ]
    dataset.save_as(directory)
    (skipped,) = scan([directory]).skipped

    assert skipped.error.message == (
        "the DICOMDIR lists no image; expected IMAGE records, found PATIENT, SERIES, STUDY"
    )


def test_a_zip_in_a_zip_says_what_to_do(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as inner:
        inner.writestr("a.txt", "a")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as outer:
        outer.write(tmp_path / "inner.zip", "inner.zip")
    (skipped,) = scan([tmp_path / "outer.zip"]).skipped

    assert "a zip inside a zip" in skipped.error.message
    assert "unpack the inner zip" in skipped.error.hint


@pytest.mark.shared
def test_six_slices_lie_behind_a_dicomdir_whose_files_have_an_extension(shared_cases: Path) -> None:
    (series,) = scan([shared_cases / "headers" / "dicomdir_extension" / "DICOMDIR"]).series

    assert len(series.instances) == 6


@pytest.mark.shared
def test_a_dicomdir_of_another_name_gives_its_image(shared_cases: Path) -> None:
    (series,) = scan([shared_cases / "files" / "dicomdir_other_name" / "VOLUME.DIR"]).series

    assert len(series.instances) == 1


@pytest.mark.shared
def test_a_dicomdir_that_lists_another_one_says_so(shared_cases: Path) -> None:
    (skipped,) = scan([shared_cases / "files" / "dicomdir_nested" / "DICOMDIR"]).skipped

    assert "lists no image" in skipped.error.message
    assert "STUDY" in skipped.error.message


def test_a_directory_of_another_name_in_a_folder_is_no_bad_image(folder: Path, tmp_path: Path) -> None:
    directory = _dicomdir(tmp_path / "disc", folder / "CT")
    directory.rename(directory.with_name("VOLUME.DIR"))
    found = scan([tmp_path / "disc"])

    assert len(found.series[0].instances) == 5
    assert found.skipped == ()
