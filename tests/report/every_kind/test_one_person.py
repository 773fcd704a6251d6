"""No report speaks for slices of two people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lungview.classify.series import SeriesAnswer, SlicePoint
from lungview.errors import ReportError
from lungview.report.content import CaseContent, KeyImage
from lungview.report.pdf.series import SeriesContent
from tests.report.conftest import make_card, make_content


def _of(content: CaseContent, person: str) -> CaseContent:
    slice_ = replace(content.slice, instance=replace(content.slice.instance, person=person))
    return replace(content, slice=slice_, case=replace(content.case, instance=slice_.instance))


def test_a_case_with_a_key_image_of_another_person_is_refused() -> None:
    content = _of(make_content(), "ann")

    with pytest.raises(ReportError, match="2 different people"):
        replace(content, key_images=(KeyImage(None, "Slice 1", person="ben"),))


def test_a_picture_of_the_screen_and_one_of_the_same_person_are_taken() -> None:
    images = (KeyImage(None, "Slice 1", person="ann"), KeyImage(None, "As on screen"))

    assert replace(_of(make_content(), "ann"), key_images=images).key_images == images


def test_a_series_of_slices_of_two_people_is_refused() -> None:
    ann, ben = (_of(make_content(), person) for person in ("ann", "ben"))
    answer = SeriesAnswer(tuple(SlicePoint(n, c.case) for n, c in enumerate((ann, ben))), None, None, "", "")

    with pytest.raises(ReportError, match="2 different people"):
        SeriesContent(answer, ann, make_card(), 2)
