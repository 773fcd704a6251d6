"""Measurements of reports, highdicom's and this program's own, on their pictures."""

from __future__ import annotations

from pathlib import Path

import highdicom
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from lungview.classify.case import Case
from lungview.errors import DamagedFile, ReportError
from lungview.image import readers
from lungview.image.display import default_window
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.overlays import reading
from lungview.overlays.values import Figure, Shape
from lungview.report.content import CaseContent
from lungview.report.dicom.sr import write_sr
from lungview.report.measured import marked_slice
from lungview.study.key import frame_key
from tests.overlays.made import item, laid, series_in, sr


def on(bound: object, images: list[Dataset], k: int, folder: Path) -> tuple[Figure, ...]:
    (series,) = series_in(folder)
    instance = next(i for i in series.instances if i.sop_instance_uid == images[k].SOPInstanceUID)
    return bound.drawn.get(frame_key(instance), ())  # type: ignore[attr-defined]


def test_lengths_and_areas_of_highdicom_stand_on_their_pictures(
    images: list[Dataset], tmp_path: Path
) -> None:
    sr(images, tmp_path / "sr.dcm")
    bound = laid(tmp_path / "sr.dcm", tmp_path / "ct")
    (line,) = on(bound, images, 3, tmp_path / "ct")
    (ellipse,) = on(bound, images, 4, tmp_path / "ct")
    assert (line.shape, line.points.tolist()) == (Shape.LINE, [[10, 10], [30, 10]])
    assert line.lines == ("Longest", "Length: 15.0 mm")
    assert ellipse.shape is Shape.ELLIPSE
    assert ellipse.lines == ("Round", "Area: 88.4 mm²")
    assert len(bound.drawn) == 2
    assert bound.notes == ()


def test_the_programs_own_report_comes_back_with_its_numbers(images: list[Dataset], tmp_path: Path) -> None:
    slice_ = readers.read(tmp_path / "ct" / "02.dcm")
    drawn = (
        Annotation(Kind.RULER, (Point(4, 5), Point(24, 5)), "beside the vessel"),
        Annotation(Kind.RECTANGLE, (Point(8, 9), Point(18, 19))),
        Annotation(Kind.BIDIRECTIONAL, (Point(1, 1), Point(11, 1), Point(5, 3), Point(5, 7))),
        Annotation(Kind.ARROW, (Point(30, 30), Point(40, 40)), "here"),
    )
    case = Case(slice_.instance, error=ReportError("not asked"))
    content = CaseContent(slice_, case, None, default_window(slice_), marked=[marked_slice(slice_, drawn)])
    write_sr(content, tmp_path / "sr.dcm")
    bound = laid(tmp_path / "sr.dcm", tmp_path / "ct")
    figures = on(bound, images, 2, tmp_path / "ct")
    ruler, box, long, short, arrow = figures
    assert ruler.points.tolist() == [[4, 5], [24, 5]]
    assert ruler.lines == ("Length 1: beside the vessel", "Length: 15.0 mm")  # 20 pixels of 0.75 mm
    assert (box.shape, box.points.tolist()) == (Shape.CLOSED, [[8, 9], [18, 9], [18, 19], [8, 19]])
    assert "Area: 56.25 mm²" in box.lines
    assert any(line.startswith("Attenuation Coefficient (mean): ") for line in box.lines)
    assert long.points.tolist() == [[1, 1], [11, 1]]
    assert short.points.tolist() == [[5, 3], [5, 7]]
    assert arrow.shape is Shape.POINTS


def test_points_in_the_patient_lie_on_the_slice_there(images: list[Dataset], tmp_path: Path) -> None:
    sr(images, tmp_path / "sr.dcm")
    dataset = pydicom.dcmread(tmp_path / "sr.dcm")
    _, y, z = images[6].ImagePositionPatient
    x = images[6].ImagePositionPatient[0] + 7.5
    place = item(
        RelationshipType="CONTAINS",
        ValueType="SCOORD3D",
        ReferencedFrameOfReferenceUID=images[0].FrameOfReferenceUID,
        GraphicType="POINT",
        GraphicData=[float(x), float(y), float(z)],
    )
    group = next(g for g in _groups(dataset))
    group.ContentSequence.append(place)
    dataset.save_as(tmp_path / "sr.dcm")
    bound = laid(tmp_path / "sr.dcm", tmp_path / "ct")
    (point,) = on(bound, images, 6, tmp_path / "ct")
    assert point.points.tolist() == [[10.5, 0.5]]  # ten pixels on, in the middle of the pixel


def _groups(dataset: Dataset) -> list[Dataset]:
    found: list[Dataset] = []
    for node in dataset.get("ContentSequence", []):
        code = node.get("ConceptNameCodeSequence", [Dataset()])[0].get("CodeValue")
        found += [node] if code == "125007" else _groups(node)
    return found


def test_what_an_algorithm_measured_is_marked_as_a_programs(images: list[Dataset], tmp_path: Path) -> None:
    sr(images, tmp_path / "sr.dcm")
    dataset = pydicom.dcmread(tmp_path / "sr.dcm")
    name = highdicom.sr.TextContentItem(
        codes.DCM.AlgorithmName, "Finder", relationship_type="HAS CONCEPT MOD"
    )
    _groups(dataset)[0].ContentSequence.append(name)
    dataset.save_as(tmp_path / "sr.dcm")
    found = reading.read(tmp_path / "sr.dcm")
    assert [part.program for part in found.parts] == [True, False]


def test_a_report_on_pictures_that_are_not_open_names_their_series(
    images: list[Dataset], tmp_path: Path
) -> None:
    sr(images, tmp_path / "sr.dcm")
    for k in (3, 4):
        (tmp_path / "ct" / f"{k:02}.dcm").unlink()
    bound = laid(tmp_path / "sr.dcm", tmp_path / "ct")
    assert not bound.shown
    assert (
        f"2 of the 2 pictures that it names are not open: series {images[0].SeriesInstanceUID}" in bound.notes
    )


def test_a_report_without_measurements_says_so(images: list[Dataset], tmp_path: Path) -> None:
    sr(images, tmp_path / "sr.dcm")
    dataset = pydicom.dcmread(tmp_path / "sr.dcm")
    dataset.ContentSequence = []
    dataset.save_as(tmp_path / "sr.dcm")
    assert reading.read(tmp_path / "sr.dcm").notes == ("it holds no measurements that lie on pictures",)


def test_items_in_each_other_without_end_are_refused(images: list[Dataset], tmp_path: Path) -> None:
    sr(images, tmp_path / "sr.dcm")
    dataset = pydicom.dcmread(tmp_path / "sr.dcm")
    node = item(ValueType="CONTAINER", RelationshipType="CONTAINS")
    for _ in range(40):
        node = item(ValueType="CONTAINER", RelationshipType="CONTAINS", ContentSequence=[node])
    dataset.ContentSequence = [node]
    dataset.save_as(tmp_path / "sr.dcm")
    with pytest.raises(DamagedFile, match="more than 24 in each other"):
        reading.read(tmp_path / "sr.dcm")


def test_coordinates_without_a_picture_are_not_drawn(images: list[Dataset], tmp_path: Path) -> None:
    sr(images, tmp_path / "sr.dcm")
    dataset = pydicom.dcmread(tmp_path / "sr.dcm")
    for group in _groups(dataset):
        for node in group.ContentSequence:
            for each in [node, *node.get("ContentSequence", [])]:
                if each.ValueType == "SCOORD":
                    del each.ContentSequence
    dataset.save_as(tmp_path / "sr.dcm")
    found = reading.read(tmp_path / "sr.dcm")
    assert found.figures == ()
    assert len(found.parts) == 2
