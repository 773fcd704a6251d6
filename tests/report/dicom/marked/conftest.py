"""A CT of ten slices, and marks on it: drawings on slice 2, a key image on slices 2 and 5."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from lungview.classify.case import Case
from lungview.errors import ReportError
from lungview.image import readers
from lungview.image.window import Window
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.report.content import CaseContent
from lungview.report.measured import marked_slice
from tests.overlays.conftest import images

__all__ = ["images"]
DRAWN = (
    Annotation(Kind.RULER, (Point(4, 5), Point(24, 5)), "beside the vessel"),
    Annotation(Kind.RECTANGLE, (Point(8, 9), Point(18, 19))),
    Annotation(Kind.ELLIPSE, (Point(30, 10), Point(50, 30))),
    Annotation(Kind.POLYGON, (Point(2, 30), Point(12, 30), Point(2, 40))),
    Annotation(Kind.BIDIRECTIONAL, (Point(1, 1), Point(11, 1), Point(5, 3), Point(5, 7))),
    Annotation(Kind.ARROW, (Point(30, 30), Point(40, 40)), "here"),
    Annotation(Kind.PROBE, (Point(20, 20),)),
)


@pytest.fixture
def content(images: list[Dataset], tmp_path: Path) -> CaseContent:
    two, five = (readers.read(tmp_path / "ct" / f"{k:02}.dcm") for k in (2, 5))
    marked = [marked_slice(two, DRAWN, key=True), marked_slice(five, (), key=True)]
    case = Case(two.instance, error=ReportError("no model was asked"))
    return CaseContent(two, case, None, Window(-600, 1500), marked=marked)
