"""The list of a study's marks: where each is, what it measures, the volume of contours, table and text."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.errors import DamagedFile
from lungview.image.slice import Geometry, Instance, Patient, Slice, Spacing, Study
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.marks.study_marks import StudyMarks
from lungview.study.key import frame_key, picture_id
from lungview.study.series import Series
from lungview.viewer.marks_list import table
from lungview.viewer.marks_list.listed import Listed, listed
from lungview.viewer.marks_list.numbers import Numbers, contour_stacks, numbers

ANN, STUDY = Patient("Nobody^Ann", "ID-7"), Study("1.2")
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SPACING = Spacing(0.5, 0.5, "PixelSpacing")


def _slice(index: int, series: str = "1", uid: str | None = None, patient: Patient = ANN) -> Slice:
    instance = Instance(
        Path(f"{series}-{index}.dcm"), sop_instance_uid=f"{series}.{index}" if uid is None else uid,
        series_instance_uid=series, modality="CT", geometry=Geometry((0.0, 0.0, 2.0 * index), AXIAL),
    )  # fmt: skip
    values = np.full((100, 100), 10.0 * index, np.float32)
    return Slice(instance, values, "HU", SPACING, patient=patient, study=STUDY)


def _series(*slices: Slice, key: str = "1", spacing: float | None = 2.0) -> Series:
    first = slices[0]
    return Series(
        key, key, "Axial", "CT", tuple(each.instance for each in slices), 100, 100, SPACING, spacing,
        patient=first.patient, study=first.study,
    )  # fmt: skip


SLICES = tuple(_slice(index) for index in range(5))
SERIES = _series(*SLICES)
READ = {each.instance: each for each in SLICES}.__getitem__


def _ruler(text: str = "") -> Annotation:
    return Annotation(Kind.RULER, (Point(10, 10), Point(30, 10)), text)


def _square(text: str = "") -> Annotation:
    return Annotation(
        Kind.CONTOUR, tuple(Point(x, y) for x, y in ((10, 10), (50, 10), (50, 50), (10, 50))), text
    )


def _marks(*drawn: tuple[Slice, Annotation]) -> StudyMarks:
    marks = StudyMarks()
    for slice_, each in drawn:
        marks = marks.put(picture_id(slice_), each)
    return marks


def _measured(marks: tuple[Listed, ...]) -> dict[str, Numbers]:
    return {each.drawn.id: numbers(each, READ) for each in marks}


def test_marks_come_by_slice_and_those_that_are_not_open_last() -> None:
    away, late, early = _ruler("away"), _ruler("late"), _ruler("early")
    found = listed(
        SERIES, _marks((_slice(0, "9"), away), (SLICES[4], late), (SLICES[1], early)), [SERIES], {}
    )
    assert [each.drawn.text for each in found] == ["early", "late", "away"]
    assert [each.place and each.place.index for each in found] == [1, 4, None]


def test_another_patient_of_the_same_study_uid_is_not_listed() -> None:
    other = _slice(0, "9", patient=Patient("Somebody^Else", "ID-8"))
    assert listed(SERIES, _marks((other, _ruler())), [SERIES], {}) == ()


def test_of_slices_under_one_name_the_one_that_was_seen_is_meant() -> None:
    one, two = _slice(1, uid=""), _slice(2, uid="")
    series = _series(one, two)
    marks = _marks((two, _ruler()))
    assert listed(series, marks, [series], {})[0].place is None
    seen = {frame_key(each.instance): picture_id(each) for each in (one, two)}
    place = listed(series, marks, [series], seen)[0].place
    assert place is not None
    assert place.index == 1


def test_a_ruler_of_20_pixels_of_half_a_millimetre_is_10_mm() -> None:
    marks = listed(SERIES, _marks((SLICES[1], _ruler("node"))), [SERIES], {})
    known = numbers(marks[0], READ)
    assert known.said == ("10.0 mm",)
    assert table.as_text(marks, _measured(marks), ()) == "Slice 2: Length, node, 10.0 mm"


def test_a_slice_that_cannot_be_read_gives_the_reason_in_the_measures_place() -> None:
    def damaged(_: Instance) -> Slice:
        raise DamagedFile("expected pixels, found none")

    (mark,) = listed(SERIES, _marks((SLICES[1], _ruler())), [SERIES], {})
    assert numbers(mark, damaged) == Numbers(why="expected pixels, found none")


def test_a_picture_that_is_another_one_by_now_is_not_measured() -> None:
    (mark,) = listed(SERIES, _marks((SLICES[1], _ruler())), [SERIES], {})
    changed = replace(SLICES[1], values=np.ones((100, 100), np.float32))
    assert numbers(mark, lambda _: changed) == Numbers()


def test_contours_of_one_name_are_one_volume() -> None:
    drawn = [(SLICES[n], _square("A")) for n in (0, 1, 2)] + [(SLICES[n], _square("B")) for n in (1, 2)]
    marks = listed(SERIES, _marks(*drawn), [SERIES], {})
    a, b = contour_stacks(marks, _measured(marks))
    assert (a.name, a.contours, b.name, b.contours) == ("A", 3, "B", 2)
    assert a.volume is not None
    assert b.volume is not None
    assert (a.volume.mm3, b.volume.mm3) == pytest.approx((20 * 20 * 6, 20 * 20 * 4))  # 2 mm a slice


def test_a_slice_left_out_is_bridged_and_said() -> None:
    marks = listed(SERIES, _marks((SLICES[0], _square()), (SLICES[4], _square())), [SERIES], {})
    (stack,) = contour_stacks(marks, _measured(marks))
    assert table.as_text((), {}, [stack]) == "Volume of contours: 4.0 ml, 2 slices, bridged: 3"


def test_a_contour_on_one_slice_says_why_it_has_no_volume() -> None:
    marks = listed(SERIES, _marks((SLICES[0], _square())), [SERIES], {})
    (stack,) = contour_stacks(marks, _measured(marks))
    assert stack.volume is None
    assert "two slices at least, found them on one" in stack.why


def test_a_hidden_contour_is_not_in_the_volume() -> None:
    marks = listed(SERIES, _marks(*((each, _square()) for each in SLICES)), [SERIES], {})
    (stack,) = contour_stacks(marks, _measured(marks), frozenset({marks[4].drawn.id}))
    assert stack.contours == 4


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_csv_has_numbers_in_columns_and_nothing_of_the_patient() -> None:
    box = Annotation(Kind.RECTANGLE, (Point(0, 0), Point(10, 10)), "=HYPERLINK(1)")
    marks = listed(SERIES, _marks((SLICES[1], _ruler()), (SLICES[3], box)), [SERIES], {})
    data = table.as_csv(marks, _measured(marks), (), frozenset({marks[0].drawn.id}))
    ruler, rectangle = _rows(data)
    assert (ruler["slice"], ruler["length"], ruler["size_unit"], ruler["on_screen"]) == (
        "2",
        "10",
        "mm",
        "no",
    )
    assert (rectangle["area"], rectangle["mean"], rectangle["value_unit"]) == ("25", "30", "HU")
    assert rectangle["name"] == "'=HYPERLINK(1)"
    assert b"Nobody" not in data
    assert b"ID-7" not in data


def test_the_csv_has_a_row_for_a_volume() -> None:
    marks = listed(SERIES, _marks(*((each, _square("A")) for each in SLICES)), [SERIES], {})
    measured = _measured(marks)
    row = _rows(table.as_csv(marks, measured, contour_stacks(marks, measured)))[-1]
    assert (row["mark"], row["name"], float(row["volume_mm3"]), row["contours"]) == (
        "Volume of contours", "A", 4000.0, "5"
    )  # fmt: skip


@pytest.mark.parametrize(("mm3", "said"), [(410.2, "410 mm³"), (12_340.0, "12.3 ml"), (math.pi, "3 mm³")])
def test_a_volume_is_said_in_the_unit_a_reader_wants(mm3: float, said: str) -> None:
    assert table.ml(mm3) == said
