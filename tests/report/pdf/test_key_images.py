"""Key images: which ones, where they are on paper, and what is measured on them."""

from __future__ import annotations

import dataclasses
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from lungview.errors import DamagedFile
from lungview.image.slice import Instance, Slice, Spacing
from lungview.image.window import Window
from lungview.marks.annotation import Annotation, Point
from lungview.marks.in_series import Alone
from lungview.marks.kinds import KINDS, Kind
from lungview.marks.study_marks import StudyMarks
from lungview.report.content import Layout
from lungview.report.key_images import Mark, Marks, key_image, marks, measurements, read_key_images
from lungview.report.pdf.case import case_pdf
from lungview.study.key import FrameKey, PictureId, frame_key, picture_id
from tests.report.conftest import make_content, make_instance, make_slice

RULER = Annotation(Kind.RULER, (Point(10, 20), Point(40, 20)), "long axis")
WINDOW = Window(40, 400, name="Mediastinum")


def series(count: int) -> dict[Instance, Slice]:
    """Slices of a study by their instances, no two alike; pixels of 0.5 mm."""
    found = {}
    for number in range(1, count + 1):
        instance = make_instance(sop_instance_uid=f"1.{number}", instance_number=number, geometry=None)
        values = np.full((64, 64), 40.0 * number - 200, np.float32)
        spacing = Spacing(0.5, 0.5, "PixelSpacing")
        found[instance] = make_slice(instance=instance, values=values, spacing=spacing)
    return found


def whole(slices: dict[Instance, Slice]) -> Alone:
    """All of them as one series."""
    head = next(iter(slices.values()))
    return Alone(tuple(slices), head.patient, head.study, "a series")


def key_marks(*slices: Slice, drawn: tuple[Annotation, ...] = ()) -> StudyMarks:
    """Slices as key images, all with the same drawings."""
    keys = tuple(picture_id(each) for each in slices)
    return StudyMarks(dict.fromkeys(keys, drawn), keys)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_key_images_are_those_marked_in_the_order_of_the_series() -> None:
    slices = series(5)
    second, fourth = (list(slices.values())[at] for at in (1, 3))
    found = marks(whole(slices), key_marks(fourth, second), WINDOW)
    assert [m.instance.instance_number for m in found.possible] == [2, 4]


def test_a_report_has_every_key_image_with_window_measures_and_place(layout: Layout) -> None:
    slices = series(9)
    found = marks(whole(slices), key_marks(*slices.values(), drawn=(RULER,)), WINDOW)
    images, rows = read_key_images([found], slices.__getitem__)
    pdf = case_pdf(make_content(key_images=images, measurements=rows), layout)
    text = text_of(pdf)
    for number in range(1, 10):
        assert f"Slice {number} of 9\nWindow width 400, center 40 HU (Mediastinum)" in text
        assert f"slice {number}, row 20, column 10" in text
    # Once in the table, once beside the drawing: 30 pixels of 0.5 mm.
    assert len(re.findall(r"long axis, 15\.0 mm", text)) == 9
    assert len(re.findall(r"^15\.0 mm$", text, re.MULTILINE)) == 9
    pictures = [image for page in PdfReader(BytesIO(pdf)).pages for image in page.images]
    assert len(pictures) >= 9 + 2


def test_a_key_image_of_another_patient_with_the_same_uids_is_in_no_report() -> None:
    slices = series(1)
    (own,) = slices.values()
    other = dataclasses.replace(own, patient=dataclasses.replace(own.patient, patient_id="another"))
    assert read_key_images([marks(whole(slices), key_marks(other))], slices.__getitem__) == ([], [])


def test_of_slices_under_one_uid_the_marked_one_alone_is_in_the_report() -> None:
    one = {"sop_instance_uid": "1.1", "geometry": None}
    slices = {
        (where := make_instance(path=Path(f"{n}.dcm"), instance_number=n, **one)): make_slice(
            instance=where, values=np.full((8, 8), n, np.float32)
        )
        for n in (1, 2, 3)
    }
    second = list(slices.values())[1]
    images, rows = read_key_images(
        [marks(whole(slices), key_marks(second, drawn=(RULER,)))], slices.__getitem__
    )
    assert [image.place for image in images] == ["Slice 2 of 3"]
    assert [row.place for row in rows] == ["slice 2, row 20, column 10"]


def test_a_slice_of_other_pixels_than_the_marked_one_is_in_no_report() -> None:
    slices = series(1)
    (own,) = slices.values()
    changed = dataclasses.replace(own, values=own.values + 1)
    assert read_key_images([marks(whole(slices), key_marks(changed))], slices.__getitem__) == ([], [])


def test_a_drawing_lies_on_its_pixels_as_lines_of_the_document(layout: Layout) -> None:
    """The ruler from column 0 to the last of a picture on paper is as long as the picture is wide."""
    (slice_,) = series(1).values()
    across = Annotation(Kind.RULER, (Point(0, 10), Point(slice_.columns, 10)))
    (image,) = [key_image(slice_, Mark(slice_.instance, "Image 1"), (across,))]
    bare = case_pdf(make_content(key_images=[dataclasses.replace(image, drawn=())]), layout)
    drawn = case_pdf(make_content(key_images=[image]), layout)
    width = (210 - 2 * 16 - 6) / 2 * 72 / 25.4  # half of an A4 page without its margins and the gap
    lines = set(_horizontal(drawn)) - set(_horizontal(bare))
    assert any(length == pytest.approx(width, abs=0.2) for length in lines)


def _horizontal(pdf: bytes) -> list[float]:
    """Lengths of the level lines, in points."""
    found = []
    for page in PdfReader(BytesIO(pdf)).pages:
        content = page.get_contents().get_data().decode("latin-1")
        for x0, y0, x1, y1 in re.findall(r"([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l", content):
            if y0 == y1:
                found.append(round(abs(float(x1) - float(x0)), 1))
    return found


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_drawing_can_be_printed(kind: Kind, layout: Layout) -> None:
    points = KINDS[kind].fewest
    drawn = Annotation(kind, tuple(Point(10.0 + 7 * n, 12.0 + n * n) for n in range(points)), "what I see")
    (slice_,) = series(1).values()
    image = key_image(slice_, Mark(slice_.instance, "Image 1"), (drawn,))
    assert "what I see" in text_of(case_pdf(make_content(key_images=[image]), layout))


def test_a_key_image_that_cannot_be_read_is_a_sentence_in_its_place(layout: Layout) -> None:
    def gone(_: Instance) -> Slice:
        raise DamagedFile("the pixel data end early")

    images, rows = read_key_images([Marks((Mark(make_instance(), "Image 14"),))], gone)
    text = text_of(case_pdf(make_content(key_images=images, measurements=rows), layout))
    assert "Image 14\nNo picture: the pixel data end early" in text
    assert rows == []


def test_a_picture_file_is_known_again_by_its_pixels() -> None:
    plain = {"sop_instance_uid": "", "instance_number": None, "geometry": None}
    files = [make_instance(path=Path(name), **plain) for name in ("a.png", "b.png")]
    slices = {
        files[0]: make_slice(instance=files[0]),
        files[1]: make_slice(instance=files[1], values=np.ones((8, 8), np.uint8)),
    }
    found = marks(whole(slices), key_marks(slices[files[1]]))
    known: dict[FrameKey, PictureId] = {}
    images, _ = read_key_images([found], slices.__getitem__, known)
    assert [image.place for image in images] == ["Slice 2 of 2"]
    assert set(known) == {frame_key(each) for each in files}


def test_a_picture_files_folder_is_not_read_when_nothing_is_marked() -> None:
    plain = make_instance(sop_instance_uid="", instance_number=None, geometry=None)
    assert marks(whole({plain: make_slice(instance=plain)}), StudyMarks()) == Marks()


def test_no_file_name_stands_beside_a_key_image(layout: Layout) -> None:
    instance = make_instance(path=Path("Nobody Ann.png"), sop_instance_uid="", instance_number=None)
    slice_ = make_slice(instance=instance)
    found = marks(whole({instance: slice_}), key_marks(slice_))
    images, _ = read_key_images([found], lambda _: slice_)
    assert "Ann" not in text_of(case_pdf(make_content(key_images=images), layout)).split("Key images")[1]


def test_measurements_come_with_units_and_place() -> None:
    (slice_,) = series(1).values()
    drawn = [
        Annotation(Kind.RULER, (Point(3, 4), Point(13, 4))),
        Annotation(Kind.ARROW, (Point(1, 1), Point(2, 2))),
    ]
    (row,) = measurements(slice_, drawn, number=1)
    assert (row.kind, row.value, row.place) == ("Length", "5.0 mm", "slice 1, row 4, column 3")


def test_a_large_picture_is_kept_as_small_as_it_is_printed() -> None:
    slice_ = make_slice(values=np.zeros((4000, 2000), np.float32))
    image = key_image(slice_, Mark(slice_.instance, "Image 1"))
    assert image.pixels is not None
    assert image.pixels.shape == (1024, 512)
    assert image.size == (4000, 2000)
