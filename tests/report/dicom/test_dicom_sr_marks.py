"""What was drawn and ticked stands in the Structured Report, read back by highdicom and dcmtk."""

from __future__ import annotations

import subprocess
from pathlib import Path

import highdicom
import numpy as np
import pytest
from highdicom.sr import CodedConcept
from pydicom import uid
from pydicom.sr.codedict import codes

from lungview.classify.case import Case
from lungview.errors import LungViewError
from lungview.image import phantom, readers
from lungview.image.slice import Slice
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.report.content import CaseContent
from lungview.report.dicom.sr import write_sr
from lungview.report.measured import marked_slice, merged
from tests.report.conftest import make_content
from tests.report.dicom.test_dicom import needs_dcmtk

SPACING = 5.625  # mm: 360 mm over 64 pixels
RULER = Annotation(Kind.RULER, (Point(10, 10), Point(13, 14)), "spiculated")
ANGLE = Annotation(Kind.ANGLE, (Point(10, 5), Point(5, 5), Point(5, 10)))
BOX = Annotation(Kind.RECTANGLE, (Point(2, 2), Point(6, 4)))
ELLIPSE = Annotation(Kind.ELLIPSE, (Point(2, 2), Point(6, 10)))
ARROW = Annotation(Kind.ARROW, (Point(2, 2), Point(6, 10)), "here")


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> list[Slice]:
    folder = tmp_path_factory.mktemp("series")
    phantom.write_series(folder, phantom.Thorax(slices=2, matrix=64))
    return [readers.read(path) for path in sorted(folder.rglob("*.dcm"))]


def report_of(content: CaseContent, path: Path) -> highdicom.sr.MeasurementReport:
    write_sr(content, path)
    return highdicom.sr.srread(path).content


def unanswered(slice_: Slice, *drawn: Annotation, key: bool = False) -> CaseContent:
    """A slice that no model was asked about."""
    case = Case(slice_.instance, error=LungViewError("not asked"))
    return make_content(
        slice=slice_, case=case, card=None, heat=None, marked=[marked_slice(slice_, drawn, key=key)]
    )


def test_a_ruler_is_a_length_in_mm_at_its_place(series: list[Slice], tmp_path: Path) -> None:
    (group,) = report_of(unanswered(series[0], RULER), tmp_path / "a.dcm").get_image_measurement_groups()
    (found,) = group.get_measurements()
    assert (found.name, found.unit) == (codes.SCT.Length, codes.UCUM.Millimeter)
    assert found.value == pytest.approx(5 * SPACING)
    (place,) = found.referenced_coordinates
    assert place.graphic_type.value == "POLYLINE"
    assert place.value.tolist() == [[10, 10], [13, 14]]
    assert group.tracking_identifier == "Length 1: spiculated"


def test_a_drawing_refers_to_its_image(series: list[Slice], tmp_path: Path) -> None:
    (group,) = report_of(unanswered(series[1], RULER), tmp_path / "a.dcm").get_image_measurement_groups()
    (image,) = group.source_images
    assert image.referenced_sop_instance_uid == series[1].instance.sop_instance_uid


def test_an_angle_is_in_degrees(series: list[Slice], tmp_path: Path) -> None:
    (group,) = report_of(unanswered(series[0], ANGLE), tmp_path / "a.dcm").get_image_measurement_groups()
    (found,) = group.get_measurements()
    assert (found.name, found.unit, found.value) == (codes.SCT.Angle, codes.UCUM.Degree, 90)


def test_long_and_short_axis_have_their_codes_and_each_its_own_line(
    series: list[Slice], tmp_path: Path
) -> None:
    axes = Annotation(Kind.BIDIRECTIONAL, (Point(10, 10), Point(10, 13), Point(5, 12), Point(15, 12)))
    (group,) = report_of(unanswered(series[0], axes), tmp_path / "a.dcm").get_image_measurement_groups()
    long, short = group.get_measurements()
    assert (long.name, short.name) == (codes.SCT.LongAxis, codes.SCT.ShortAxis)
    assert (long.value, short.value) == pytest.approx((10 * SPACING, 3 * SPACING))
    places = [found.referenced_coordinates[0] for found in (long, short)]
    assert [place.graphic_type.value for place in places] == ["POLYLINE", "POLYLINE"]
    assert [place.value.tolist() for place in places] == [[[5, 12], [15, 12]], [[10, 10], [10, 13]]]


def test_a_cobb_angle_has_its_code_and_four_points(series: list[Slice], tmp_path: Path) -> None:
    cobb = Annotation(Kind.COBB, (Point(5, 5), Point(15, 5), Point(5, 20), Point(15, 30)))
    (group,) = report_of(unanswered(series[0], cobb), tmp_path / "a.dcm").get_image_measurement_groups()
    (found,) = group.get_measurements()
    assert (found.name, found.unit) == (codes.SCT.CobbAngle, codes.UCUM.Degree)
    assert found.value == pytest.approx(45)
    assert found.referenced_coordinates[0].graphic_type.value == "MULTIPOINT"


def test_a_path_is_one_length(series: list[Slice], tmp_path: Path) -> None:
    path = Annotation(Kind.POLYLINE, (Point(5, 5), Point(8, 9), Point(8, 19)))
    (group,) = report_of(unanswered(series[0], path), tmp_path / "a.dcm").get_image_measurement_groups()
    (found,) = group.get_measurements()
    assert (found.name, found.value) == (codes.SCT.Length, pytest.approx(15 * SPACING))


def test_a_region_has_its_area_and_hounsfield_statistics(series: list[Slice], tmp_path: Path) -> None:
    inside = series[0].values[2:4, 2:6].astype(float)
    (group,) = report_of(unanswered(series[0], BOX), tmp_path / "a.dcm").get_planar_roi_measurement_groups()
    area, *statistics = group.get_measurements()
    assert (area.name, area.unit) == (codes.SCT.Area, codes.UCUM.SquareMillimeter)
    assert area.value == pytest.approx(8 * SPACING**2)
    assert [m.derivation for m in statistics] == [
        codes.SCT.Mean,
        codes.SCT.StandardDeviation,
        codes.SCT.Minimum,
        codes.SCT.Maximum,
    ]
    assert [m.value for m in statistics] == pytest.approx(
        [inside.mean(), inside.std(), inside.min(), inside.max()], abs=1e-3
    )
    assert {m.unit for m in statistics} == {CodedConcept("[hnsf'U]", "UCUM", "Hounsfield unit")}
    assert group.roi.value.tolist() == [[2, 2], [6, 2], [6, 4], [2, 4], [2, 2]]


def test_an_ellipse_names_its_major_axis_first(series: list[Slice], tmp_path: Path) -> None:
    (group,) = report_of(
        unanswered(series[0], ELLIPSE), tmp_path / "a.dcm"
    ).get_planar_roi_measurement_groups()
    assert group.roi.graphic_type.value == "ELLIPSE"
    assert group.roi.value.tolist() == [[4, 2], [4, 10], [2, 6], [6, 6]]


def test_a_key_image_is_of_interest_and_in_the_library(series: list[Slice], tmp_path: Path) -> None:
    report = report_of(unanswered(series[0], key=True), tmp_path / "a.dcm")
    (group,) = report.get_image_measurement_groups()
    (said,) = group.get_qualitative_evaluations()
    assert said.value == codes.DCM.OfInterest


NO_ANGLE = Annotation(Kind.ANGLE, (Point(5, 5), Point(5, 5), Point(5, 10)))


@pytest.mark.parametrize(("drawn", "place"), [(ARROW, [2, 2]), (NO_ANGLE, [5, 5])], ids=["arrow", "no angle"])
def test_a_drawing_without_a_number_is_a_place_of_interest(
    drawn: Annotation, place: list[int], series: list[Slice], tmp_path: Path
) -> None:
    report = report_of(unanswered(series[1], drawn, RULER), tmp_path / "a.dcm")
    (group,) = report.get_planar_roi_measurement_groups()
    assert (group.roi.graphic_type.value, group.roi.value.tolist()) == ("POINT", [place])
    (said,) = group.get_qualitative_evaluations()
    assert said.value == codes.DCM.OfInterest
    assert len(report.get_image_measurement_groups()) == 1


def test_an_arrow_says_what_was_written_beside_it(series: list[Slice], tmp_path: Path) -> None:
    (group,) = report_of(unanswered(series[0], ARROW), tmp_path / "a.dcm").get_planar_roi_measurement_groups()
    assert group.tracking_identifier == "Arrow 1: here"


def test_no_drawing_is_left_out(series: list[Slice], tmp_path: Path) -> None:
    assert write_sr(unanswered(series[0], ARROW, NO_ANGLE, RULER), tmp_path / "a.dcm") == ()


def test_a_frame_is_named(tmp_path: Path) -> None:
    phantom.write_multiframe(tmp_path / "m.dcm", phantom.Thorax(slices=3, matrix=64))
    slice_ = readers.read(tmp_path / "m.dcm", 2)
    (group,) = report_of(unanswered(slice_, RULER), tmp_path / "a.dcm").get_image_measurement_groups()
    assert group.source_images[0].referenced_frame_numbers == [3]


@pytest.mark.parametrize("sop_class", [uid.EnhancedCTImageStorage, uid.UID("1.2.840.10008.5.1.4.1.1.6")])
def test_a_region_is_of_an_image_of_any_class(sop_class: uid.UID, tmp_path: Path) -> None:
    made = phantom.make_dataset(phantom.Thorax(slices=1, matrix=64), 0)
    made.SOPClassUID = sop_class  # of several frames, of which this has one; retired
    phantom.save(made, tmp_path / "m.dcm")
    report = report_of(unanswered(readers.read(tmp_path / "m.dcm"), BOX), tmp_path / "a.dcm")
    (group,) = report.get_planar_roi_measurement_groups()
    (image,) = group.roi.ContentSequence
    assert image.ReferencedSOPSequence[0].ReferencedSOPClassUID == sop_class


def test_without_spacing_a_length_is_in_pixels(series: list[Slice], tmp_path: Path) -> None:
    from dataclasses import replace

    bare = replace(series[0], values=np.array(series[0].values), spacing=None)
    (group,) = report_of(unanswered(bare, RULER), tmp_path / "a.dcm").get_image_measurement_groups()
    (found,) = group.get_measurements()
    assert (found.unit.value, found.value) == ("{pixels}", 5)


def test_marks_of_another_study_are_left_out_and_named(series: list[Slice], tmp_path: Path) -> None:
    other = phantom.make_dataset(phantom.Thorax(slices=1, matrix=32), 0)
    phantom.save(other, tmp_path / "other.dcm")
    content = unanswered(series[0], RULER)
    content = make_content(
        slice=content.slice, case=content.case, card=None, heat=None,
        marked=[*content.marked, marked_slice(readers.read(tmp_path / "other.dcm"), [RULER])],
    )  # fmt: skip
    (note,) = write_sr(content, tmp_path / "a.dcm")
    assert "the marks on 1 slices that are of another study" in note
    assert len(highdicom.sr.srread(tmp_path / "a.dcm").content.get_image_measurement_groups()) == 1


def test_a_key_image_that_is_on_screen_is_there_once(series: list[Slice]) -> None:
    on_screen, key = marked_slice(series[0], [RULER]), marked_slice(series[0], [RULER], key=True)
    (found,) = merged([on_screen, key])
    assert (len(found.measured), found.key) == (1, True)


@needs_dcmtk
def test_dcmtk_reads_marks_without_a_complaint(series: list[Slice], tmp_path: Path) -> None:
    write_sr(unanswered(series[0], RULER, ANGLE, BOX, ELLIPSE, ARROW, key=True), tmp_path / "a.dcm")
    done = subprocess.run(["dsrdump", str(tmp_path / "a.dcm")], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert '"Length")="28.125" (mm,' in done.stdout
