"""The quick header is the general parser's header, or none at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import Dataset, uid
from pydicom.data import get_testdata_files

from lungview.errors import LungViewError
from lungview.image import encode, phantom
from lungview.image.readers.dicom import accepts, full_header
from lungview.image.readers.header import Header
from lungview.image.readers.quick import quick_header
from lungview.image.readers.source import opened

THORAX = phantom.Thorax(1, 16)


def _both(path: Path) -> tuple[Header | None, Header | LungViewError]:
    with opened(path) as source:
        quick = quick_header(source)
        try:
            return quick, full_header(source)
        except LungViewError as error:
            return quick, error


def _disagreements(paths: list[Path]) -> tuple[list[str], int]:
    wrong, quick_ones = [], 0
    for path in paths:
        with path.open("rb") as file:
            if not accepts(file.read(132)):
                continue
        quick, full = _both(path)
        quick_ones += quick is not None
        # repr hides the patient, so values are compared, and a patient by its fields
        if quick is not None and quick != full:
            wrong.append(path.name)
    return wrong, quick_ones


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
    quick, full = _both(phantom.write_series(tmp_path, THORAX, transfer_syntax=syntax)[0])

    unusual = syntax in (uid.DeflatedExplicitVRLittleEndian, uid.ExplicitVRBigEndian)
    assert quick == (None if unusual else full)


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


def _odd_spacing(dataset: Dataset) -> None:
    dataset.PixelSpacing = [0.5, 0.0]


@pytest.mark.parametrize(
    "change", [_latin, _utf8, _japanese, _sequences, _large_private_element, _no_position, _odd_spacing]
)
@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian])
def test_it_agrees_or_steps_back(tmp_path: Path, syntax: str, change: Callable[[Dataset], None]) -> None:
    path = phantom.write_series(tmp_path, THORAX, transfer_syntax=syntax, change=lambda d, _: change(d))[0]
    quick, full = _both(path)

    assert isinstance(full, Header)
    assert quick in (None, full)
    if change in (_latin, _sequences, _large_private_element, _no_position):
        assert quick is not None


@pytest.mark.parametrize("step", [97])
def test_a_file_cut_anywhere_is_left_to_the_general_parser(tmp_path: Path, step: int) -> None:
    whole = phantom.write_series(tmp_path, THORAX)[0]
    content, cut = whole.read_bytes(), tmp_path / "cut.dcm"
    for length in range(140, len(content), step):
        cut.write_bytes(content[:length])
        with opened(cut) as source:
            assert quick_header(source) is None
