"""The quick header is the general parser's header, or none at all."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, uid
from pydicom.data import get_testdata_files

from lungview.errors import DamagedFile, LungViewError
from lungview.image import encode, phantom
from lungview.image.readers import dicom, faults
from lungview.image.readers.data_set.elements import Elements, Unusual
from lungview.image.readers.dicom import accepts, full_frame, full_header, read_frame, read_header
from lungview.image.readers.header import Header
from lungview.image.readers.quick import quick_container
from lungview.image.readers.source import Source, opened
from lungview.image.slice import Slice
from tests.image.readers import files

THORAX = phantom.Thorax(1, 16)


def _both(path: Path) -> tuple[bool, Header | LungViewError, Header | LungViewError]:
    """Whether the file was ordinary, its header as read, and as the general parser has it."""
    with opened(path) as source:
        ordinary = quick_container(source) is not None
        return ordinary, _outcome(read_header, source), _outcome(full_header, source)


def _outcome(read: Callable[[Source], Header], source: Source) -> Header | LungViewError:
    try:
        return read(source)
    except LungViewError as error:
        return error


def _same(one: object, other: object) -> bool:
    if isinstance(one, LungViewError):
        return isinstance(other, LungViewError) and one.args == other.args
    return one == other


def _disagreements(paths: list[Path]) -> tuple[list[str], int]:
    wrong, ordinary_ones = [], 0
    for path in paths:
        with path.open("rb") as file:
            if not accepts(file.read(132)):
                continue
        ordinary, quick, full = _both(path)
        ordinary_ones += ordinary
        if not _same(quick, full) or not _same_frame(path):
            wrong.append(path.name)
    return wrong, ordinary_ones


def _same_frame(path: Path) -> bool:
    with opened(path) as source:
        try:
            full = full_frame(source, 0)
        except LungViewError:
            return True  # and the quick one gave way to it
        quick = read_frame(source, 0)
    about = [f.name for f in fields(Slice) if f.name != "values"]
    return (
        np.array_equal(quick.pixels, full.pixels, equal_nan=quick.pixels.dtype.kind == "f")
        and quick.pixels.dtype == full.pixels.dtype
        and quick.modality == full.modality
        and quick.padding == full.padding
        and quick.bits == full.bits
        and all(getattr(quick.about, n) == getattr(full.about, n) for n in about)
    )


def test_it_agrees_on_every_file_of_pydicoms_test_data() -> None:
    paths = [Path(p) for p in get_testdata_files()]
    wrong, quick_ones = _disagreements([p for p in paths if p.is_file()])

    assert wrong == []
    assert quick_ones > 20


@pytest.mark.shared
def test_it_agrees_on_real_files(shared_data: Path) -> None:
    paths = [p for p in (shared_data / "dicom").rglob("*") if p.is_file()]
    wrong, quick_ones = _disagreements(paths)

    assert wrong == []
    assert quick_ones >= 30


@pytest.mark.parametrize("syntax", encode.SYNTAXES, ids=lambda s: uid.UID(s).keyword)
def test_it_agrees_on_every_transfer_syntax(tmp_path: Path, syntax: str) -> None:
    path = phantom.write_series(tmp_path, THORAX, transfer_syntax=syntax)[0]
    ordinary, quick, full = _both(path)

    assert ordinary == (syntax not in (uid.DeflatedExplicitVRLittleEndian, uid.ExplicitVRBigEndian))
    assert quick == full
    assert _same_frame(path)


def _latin(dataset: Dataset) -> None:
    dataset.SpecificCharacterSet, dataset.PatientName = "ISO_IR 100", "Müller^Jörg"


def _utf8(dataset: Dataset) -> None:
    dataset.SpecificCharacterSet, dataset.PatientName = "ISO_IR 192", "Wang^XiaoDong=王^小东="


def _japanese(dataset: Dataset) -> None:
    dataset.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    dataset.PatientName = "Yamada^Tarou=山田^太郎"


def _sequences(dataset: Dataset) -> None:
    inner = Dataset()
    inner.SeriesInstanceUID, inner.PatientName = "9.9.9", "Someone^Else"
    inner.is_undefined_length_sequence_item = True
    outer = Dataset()
    outer.RequestAttributesSequence = [inner]
    dataset.ReferencedStudySequence = [outer]
    dataset["ReferencedStudySequence"].is_undefined_length = True
    outer["RequestAttributesSequence"].is_undefined_length = True


def _large_private_element(dataset: Dataset) -> None:
    dataset.private_block(0x0019, "LUNGVIEW", create=True).add_new(1, "OB", bytes(100_000))


def _no_position(dataset: Dataset) -> None:
    del dataset.ImagePositionPatient, dataset.ImageOrientationPatient


def _overlay(dataset: Dataset) -> None:
    dataset.add_new(0x60000010, "US", 16)
    dataset.add_new(0x60000011, "US", 16)
    dataset.add_new(0x60003000, "OW", b"\xff" * 32)


def _padding(dataset: Dataset) -> None:
    dataset.add_new(0x00280120, "US", 24)


def _voi_lut(dataset: Dataset) -> None:
    item = Dataset()
    item.add_new(0x00283002, "US", [2, 0, 16])
    item.add_new(0x00283006, "US", [0, 65535])
    dataset.VOILUTSequence = [item]


def _unused_bits(dataset: Dataset) -> None:
    dataset.PixelData = b"\xff\xff" * 256


def _odd_spacing(dataset: Dataset) -> None:
    dataset.PixelSpacing = [0.5, 0.0]


@pytest.mark.parametrize(
    "change",
    [
        *(_latin, _utf8, _japanese, _sequences, _large_private_element, _no_position, _odd_spacing),
        *(_overlay, _padding, _voi_lut, _unused_bits),
    ],
)
@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian])
def test_it_agrees_or_steps_back(tmp_path: Path, syntax: str, change: Callable[[Dataset], None]) -> None:
    path = phantom.write_series(tmp_path, THORAX, transfer_syntax=syntax, change=lambda d, _: change(d))[0]
    _, quick, full = _both(path)

    assert isinstance(full, Header)
    assert quick == full
    assert _same_frame(path)


def test_a_file_cut_anywhere_is_told_in_the_general_parsers_words(tmp_path: Path) -> None:
    whole = phantom.write_series(tmp_path, THORAX)[0]
    content, cut = whole.read_bytes(), tmp_path / "cut.dcm"
    for length in range(140, len(content), 97):
        cut.write_bytes(content[:length])
        _, quick, full = _both(cut)
        assert isinstance(full, LungViewError)
        assert _same(quick, full)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An ordinary file, and a bug that the quick reader alone meets on it, naming the patient."""
    (path,) = phantom.write_series(tmp_path, THORAX)

    def planted(self: Elements, keys: tuple[int, ...]) -> list[str]:
        raise TypeError(f"no such thing for Secret^Name in {path}")

    monkeypatch.setattr(Elements, "ascii", planted)
    monkeypatch.setattr(faults, "_seen", Counter())
    return path


def test_the_general_reader_answers_where_the_quick_one_has_a_bug(planted: Path) -> None:
    with opened(planted) as source:
        assert read_header(source) == full_header(source)
        assert np.array_equal(read_frame(source, 0).pixels, full_frame(source, 0).pixels)


def test_a_bug_of_the_quick_reader_is_logged_once_without_patient_or_path(
    planted: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        with opened(planted) as source:
            read_header(source)

    (said,) = [r.getMessage() for r in caplog.records if r.name.startswith("lungview.image.readers")]
    assert "TypeError in test_quick.py" in said
    assert "Secret" not in said
    assert planted.name not in said


def test_a_bug_of_the_quick_reader_is_counted_each_time() -> None:
    error = TypeError()

    assert faults.count(error) + 1 == faults.count(error)


@pytest.mark.parametrize(
    "error",
    [
        Unusual(),
        DamagedFile("cut"),
        UnicodeDecodeError("ascii", b"", 0, 0, ""),
        struct.error(),
        OverflowError(),
    ],
    ids=repr,
)
def test_what_broken_bytes_cause_is_no_fault(
    error: BaseException, planted: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(Elements, "ascii", broken)
    with opened(planted) as source:
        read_header(source)

    assert not caplog.records


@pytest.mark.parametrize(("keyword", "value"), [("PatientAge", "060Y"), ("NumberOfFrames", "1")])
def test_what_most_files_say_is_read_the_quick_way(keyword: str, value: str, tmp_path: Path) -> None:
    path = files.write(tmp_path, files.setting(**{keyword: value}))
    with opened(path) as source:
        container = quick_container(source)
        assert container is not None
        assert dicom._header(container, source) == full_header(source)  # Unusual is raised for any other file
