"""Elements that are alike are understood once; what differs is never shared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydicom import Dataset, uid
from pydicom.dataelem import RawDataElement
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset
from pydicom.tag import BaseTag

from lungview.image import phantom
from lungview.image.readers import dicom, read_header, read_stored
from lungview.image.readers.data_set.elements import Item, Likeness, Unusual, as_ordinary, item_of, little
from lungview.image.readers.data_set.values import first_item, numbers, present, text, written
from lungview.image.readers.quick import quick_container
from lungview.image.readers.source import Source, opened
from tests.image.readers import files

SYNTAXES = [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian]
PATIENT = Likeness("PatientName", "PatientID")


@contextmanager
def _dataset(path: Path) -> Iterator[tuple[Dataset, Source]]:
    with opened(path) as source:
        container = quick_container(source)
        assert container is not None
        assert as_ordinary(container.dataset) is not None
        yield container.dataset, source


def _named(folder: Path, name: str, syntax: str = uid.ExplicitVRLittleEndian) -> Path:
    folder.mkdir(exist_ok=True)
    return files.write(folder, lambda made: setattr(made, "PatientName", name), syntax)


def test_a_tag_is_turned_round_as_its_bytes_lie() -> None:
    assert little(0x00280010).to_bytes(4, "little") == bytes([0x28, 0x00, 0x10, 0x00])


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_files_that_are_alike_are_understood_once(tmp_path: Path, syntax: str) -> None:
    asked: list[Path] = []

    def name(dataset: Dataset, source: Source) -> str:
        asked.append(source.path)
        return text(dataset, "PatientName")

    paths = [_named(tmp_path / folder, "A^B", syntax) for folder in ("one", "two")]
    for path in paths:
        with _dataset(path) as (dataset, source):
            assert PATIENT.of(name, dataset, source) == "A^B"
    assert asked == paths[:1]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_files_of_two_patients_share_nothing(tmp_path: Path, syntax: str) -> None:
    one, two = (_named(tmp_path / folder, name, syntax) for folder, name in (("1", "A^B"), ("2", "A^C")))

    assert [read_header(p).patient.name for p in (one, two, one)] == ["A^B", "A^C", "A^B"]
    assert [read_stored(p).about.patient.name for p in (one, two, one)] == ["A^B", "A^C", "A^B"]


def test_the_same_bytes_in_two_character_sets_are_two_names(tmp_path: Path) -> None:
    # 0xC4 is Ä in ISO 8859-1 and Ф in ISO 8859-5
    written = (("ISO_IR 100", "Ä"), ("ISO_IR 144", "Ф"))
    paths = []
    for character_set, name in written:
        (tmp_path / name).mkdir()
        change = files.setting(SpecificCharacterSet=character_set, PatientName=name)
        paths.append(files.write(tmp_path / name, change))

    assert all(b"PN\x02\x00\xc4 " in path.read_bytes() for path in paths)
    assert [read_header(path).patient.name for path in paths] == ["Ä", "Ф"]


def test_what_was_not_named_beforehand_is_not_seen(tmp_path: Path) -> None:
    with _dataset(files.write(tmp_path)) as (dataset, source), pytest.raises(Unusual):
        PATIENT.of(lambda part, _: text(part, "StudyDate"), dataset, source)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_an_ordinary_slice_never_meets_the_general_parser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, syntax: str
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(dicom.containers, "parse", fail)
    path = phantom.write_series(tmp_path, phantom.Thorax(1, 32), transfer_syntax=syntax)[0]

    assert read_header(path).instances[0].rows == 32
    assert read_stored(path).about.spacing is not None


def _in_a_file(item: Dataset, **options: bool) -> Dataset:
    """The same item as pydicom parses it from a file, its sequence not looked at yet."""
    outer = Dataset()
    outer.FrameContentSequence = [item]
    outer["FrameContentSequence"].is_undefined_length = options.get("undefined", False)
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, options.get("implicit", False)
    write_dataset(buffer, outer)
    buffer.seek(0)
    return read_dataset(buffer, buffer.is_implicit_VR, True)


def _content() -> Dataset:
    item = Dataset()
    item.StackID, item.FrameAcquisitionNumber, item.InStackPositionNumber = "A\\B", 7, 3
    item.DimensionIndexValues, item.TemporalPositionIndex = [1, 2, 70000], 2
    item.FrameReferenceDateTime, item.FrameAcquisitionDuration = "20240101101010.5", 12.5
    item.ImagePositionPatient, item.PatientComments = ["-1.50", "0", "2"], ""
    return item


def _by_bytes(parsed: Dataset) -> Dataset:
    found = first_item(parsed, "FrameContentSequence")
    kind: type[object] = type(found)
    assert kind is Item
    assert found is not None
    return found


WORDS = [element.keyword for element in _content()]


@pytest.mark.parametrize("keyword", [*WORDS, "SliceThickness"])
def test_an_item_by_its_bytes_says_what_pydicoms_says(keyword: str) -> None:
    parsed = _in_a_file(_content())
    plain = _by_bytes(parsed)
    whole = parsed.FrameContentSequence[0]
    assert len(plain) == len(whole)
    assert present(plain, keyword) == (keyword in whole)
    assert text(plain, keyword) == text(whole, keyword)
    assert numbers(plain, keyword) == pytest.approx(numbers(whole, keyword), nan_ok=True)
    assert written(plain, keyword) == written(whole, keyword)


def test_what_an_item_does_not_say_in_ascii_is_pydicoms() -> None:
    item = _content()
    item.FrameComments, item.FrameLabel = "long\r\ntext", "M\u00fcller"
    parsed = _in_a_file(item)
    plain, whole = _by_bytes(parsed), parsed.FrameContentSequence[0]
    assert text(plain, "FrameLabel") == text(whole, "FrameLabel") != ""
    assert text(plain, "FrameComments") == text(whole, "FrameComments")


@pytest.mark.parametrize("options", [{"undefined": True}, {"implicit": True}, {"nested": True}])
def test_an_item_that_is_not_plain_is_pydicoms(options: dict[str, bool]) -> None:
    item = _content()
    if options.pop("nested", False):
        item.AnatomicRegionSequence = [Dataset()]
    found = first_item(_in_a_file(item, **options), "FrameContentSequence")
    assert isinstance(found, Dataset)
    assert text(found, "StackID") == "A\\B"


@pytest.mark.parametrize("cut", [1, 7, 9, 20])
def test_an_item_that_is_cut_is_left_to_pydicom(cut: int) -> None:
    parsed = _in_a_file(_content())
    raw = parsed.get_item(BaseTag(0x00209111))
    assert isinstance(raw, RawDataElement)
    assert raw.value is not None
    parsed._dict[raw.tag] = raw._replace(value=raw.value[:-cut], length=raw.length - cut)
    assert item_of(parsed, raw.tag) is None
