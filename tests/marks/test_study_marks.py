"""Marks of a study, asked and changed as values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lungview.image.slice import Instance, Patient, Slice, Study
from lungview.marks.annotation import Annotation, Point
from lungview.marks.in_series import Alone, candidates, doubtful
from lungview.marks.kinds import Kind
from lungview.marks.study_marks import OldPicture, StudyMarks
from lungview.study.key import PictureId, PictureName, picture_id

RULER = Annotation(Kind.RULER, (Point(1, 2), Point(3, 4)), id="r")
NAME = PictureName("who", "1.9", "1.8", "1.7", 0)
HERE = PictureId(NAME, "sha256:00")
OLD = OldPicture("1.9", "1.7", 0)

part = st.sampled_from(["", "1", "2"])
names = st.builds(PictureName, part, part, part, part, st.integers(0, 1))
pictures = st.builds(PictureId, names, st.sampled_from(["sha256:00", "sha256:01"]))


# A machine under load is no fault of theirs.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@calmly
@given(st.lists(pictures, max_size=6), pictures)
def test_marks_are_on_the_pictures_they_were_put_on_and_no_other(
    marked: list[PictureId], shown: PictureId
) -> None:
    marks = StudyMarks()
    for number, picture in enumerate(marked):
        marks = marks.put(picture, Annotation(Kind.PROBE, (Point(1, 1),), id=str(number)))
    there = [each.id for each in marks.annotations(shown)]
    assert there == [str(number) for number, picture in enumerate(marked) if picture == shown]


@calmly
@given(st.lists(pictures, max_size=6), pictures)
def test_what_bears_a_mark_is_never_passed_over_by_its_name(
    marked: list[PictureId], shown: PictureId
) -> None:
    marks = StudyMarks()
    for picture in marked:
        marks = marks.keyed(picture, True)
    assert marks.bears(shown) == (shown in marked)
    assert marks.may_be(shown.name) or not marks.bears(shown)


def test_a_study_without_marks_asks_for_no_pixels() -> None:
    assert StudyMarks().empty
    assert not StudyMarks().may_be(NAME)


def test_the_last_mark_taken_away_leaves_nothing_behind() -> None:
    marks = StudyMarks().put(HERE, RULER).keyed(HERE, True).removed(HERE, "r").keyed(HERE, False)
    assert marks.empty


def test_an_old_mark_that_is_changed_is_there_once() -> None:
    marks = StudyMarks(old_drawn={OLD: (RULER,)}).put(HERE, RULER.moved(1, 1))
    assert marks.annotations(HERE) == (RULER.moved(1, 1),)
    assert marks.old_drawn[OLD] == ()


def test_an_old_key_image_is_unmarked_like_a_new_one() -> None:
    assert not StudyMarks(old_keys=(OLD,)).keyed(HERE, False).is_key(HERE)


def slices(*uids: str) -> list[Slice]:
    return [
        Slice(
            Instance(Path(f"{n}.dcm"), sop_instance_uid=uid, series_instance_uid="1.8"),
            np.full((2, 2), n, np.float32),
            patient=Patient("A^B"),
            study=Study("1.9"),
        )
        for n, uid in enumerate(uids)
    ]


def series(many: list[Slice]) -> Alone:
    return Alone(tuple(each.instance for each in many), many[0].patient, many[0].study, "1.8")


@pytest.mark.parametrize(
    ("uids", "marked", "expected"),
    [
        (("1", "2", "3"), 1, [(1, True)]),
        (("1", "1", "3"), 1, [(0, False), (1, False)]),  # their pixels tell which
        (("", "", ""), 2, [(0, False), (1, False), (2, False)]),
    ],
)
def test_slices_that_may_bear_a_mark_are_known_from_headers(
    uids: tuple[str, ...], marked: int, expected: list[tuple[int, bool]]
) -> None:
    many = slices(*uids)
    marks = StudyMarks().put(picture_id(many[marked]), RULER)
    assert [(each.index, each.alone) for each in candidates(series(many), marks)] == expected


def test_an_old_mark_of_a_uid_that_is_there_twice_is_doubtful() -> None:
    marks = StudyMarks(old_drawn={OLD: (RULER,)}, old_keys=(OldPicture("1.9", "1.6"),))
    assert doubtful(series(slices("1.7", "1.7", "1.6")), marks) == (OLD,)
    assert doubtful(series(slices("1.7", "1.6")), marks) == ()
