"""Key images that another program chose, by highdicom: on their pictures, with the document's own title."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from lungview.errors import DamagedFile
from lungview.overlays import reading
from lungview.overlays.readers import key_objects
from lungview.overlays.values import KeyImage, Kind
from lungview.study.key import frame_key
from tests.overlays.made import ct, item, kos, laid, resaved, series_in


def chosen_on(bound, series) -> dict[int, tuple[str, ...]]:  # type: ignore[no-untyped-def]
    """By the number of the slice what its key image says."""
    found = {}
    for instance in series.instances:
        for drawn in bound.drawn.get(frame_key(instance), ()):
            assert isinstance(drawn, KeyImage)
            found[instance.instance_number] = drawn.lines
    return found


def test_key_images_are_on_their_pictures_with_title_and_description(
    images: list[Dataset], tmp_path: Path
) -> None:
    kos(images, tmp_path / "ko.dcm", (3, 7), "Nodule,\nlook at both")
    bound = laid(tmp_path / "ko.dcm", tmp_path / "ct")
    (series,) = series_in(tmp_path / "ct")
    lines = ("For Referring Provider", "Nodule, look at both")
    assert chosen_on(bound, series) == {4: lines, 8: lines}  # numbered from 1
    assert (bound.overlay.kind, bound.overlay.name) == (Kind.KEY_IMAGES, "For Referring Provider")
    assert [(part.name, part.words) for part in bound.overlay.parts] == [
        ("Key image 1", ("Nodule, look at both",)),
        ("Key image 2", ()),
    ]
    numbers = {frame_key(i): i.instance_number for i in series.instances}
    assert [numbers[bound.middle[part]] for part in (0, 1)] == [4, 8]
    assert bound.notes == ()


def test_pictures_that_are_not_open_are_named(images: list[Dataset], tmp_path: Path) -> None:
    kos(images, tmp_path / "ko.dcm", (3, 7, 8))
    (tmp_path / "ct" / "07.dcm").unlink()
    bound = laid(tmp_path / "ko.dcm", tmp_path / "ct")
    (series,) = series_in(tmp_path / "ct")
    assert set(chosen_on(bound, series)) == {4, 9}
    said = f"1 of the 3 pictures that it names are not open: series {images[0].SeriesInstanceUID}"
    assert bound.notes == (said,)


def test_another_patients_pictures_of_the_same_uids_are_no_key_images(
    images: list[Dataset], tmp_path: Path
) -> None:
    kos(images, tmp_path / "ko.dcm", (3,))
    resaved(tmp_path / "ko.dcm", PatientID="99", PatientName="OTHER^BOB")
    bound = laid(tmp_path / "ko.dcm", tmp_path / "ct")
    assert not bound.shown
    assert bound.notes == ("it is of another patient than what is open; nothing of it is shown",)


def test_a_modifier_of_the_title_is_said_and_other_objects_are_counted(
    images: list[Dataset], tmp_path: Path
) -> None:
    kos(images, tmp_path / "ko.dcm", (3,))
    dataset = pydicom.dcmread(tmp_path / "ko.dcm")
    modifier = item(
        RelationshipType="HAS CONCEPT MOD",
        ValueType="CODE",
        ConceptNameCodeSequence=[_code("113011", "Document Title Modifier")],
        ConceptCodeSequence=[_code("113037", "Signed Manifest")],
    )
    report = item(RelationshipType="CONTAINS", ValueType="COMPOSITE")
    found = [*dataset.ContentSequence, modifier, report]
    resaved(tmp_path / "ko.dcm", ContentSequence=found)
    overlay = reading.read(tmp_path / "ko.dcm")
    assert overlay.name == "For Referring Provider (Signed Manifest)"
    assert overlay.notes == ("1 of the objects that it names are no pictures",)


def _code(value: str, meaning: str) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator="DCM", CodeMeaning=meaning)


def test_one_frame_of_several_is_meant_alone(images: list[Dataset], tmp_path: Path) -> None:
    """ReferencedFrameNumber 2 of a picture with a single frame is none of it."""
    kos(images, tmp_path / "ko.dcm", (3,))
    dataset = pydicom.dcmread(tmp_path / "ko.dcm")
    (picture,) = [each for each in dataset.ContentSequence if each.ValueType == "IMAGE"]
    picture.ReferencedSOPSequence[0].ReferencedFrameNumber = 2
    dataset.save_as(tmp_path / "ko.dcm")
    assert not laid(tmp_path / "ko.dcm", tmp_path / "ct").shown


def test_an_empty_selection_says_so(tmp_path: Path) -> None:
    images = ct(tmp_path / "ct")
    kos(images, tmp_path / "ko.dcm", (3,))
    resaved(tmp_path / "ko.dcm", ContentSequence=[], ConceptNameCodeSequence=[])
    overlay = reading.read(tmp_path / "ko.dcm")
    assert (overlay.parts, overlay.notes) == ((), ("it names no picture",))
    assert overlay.name == "Key object selection"


def test_a_selection_without_end_is_refused(
    images: list[Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kos(images, tmp_path / "ko.dcm", (3, 4, 5))
    monkeypatch.setattr(key_objects, "MOST_ITEMS", 2)
    with pytest.raises(DamagedFile, match="at most 2 are read"):
        reading.read(tmp_path / "ko.dcm")
