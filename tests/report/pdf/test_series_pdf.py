"""A series that a model may not judge: said once, not once a slice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from lungview.classify.case import Case, Refusal, Suitability
from lungview.classify.series import SlicePoint, answer
from lungview.image.slice import Instance
from lungview.report.content import Layout
from lungview.report.pdf.series import SeriesContent, series_pdf
from tests.report.conftest import make_card, make_content, make_prediction

LIMIT = 1.0


def _point(index: int, distance: float, refusal: Refusal | None = Refusal.UNLIKE) -> SlicePoint:
    reasons = ("unlike the training pictures",) if refusal else ()
    gate = Suitability(refusal is None, distance, LIMIT, reasons, refusal=refusal)
    found = replace(make_prediction(), suitability=gate)
    return SlicePoint(index, Case(Instance(Path(f"{index}.dcm")), found))


def _text(points: list[SlicePoint], tmp_path: Path, layout: Layout) -> tuple[int, str]:
    card = make_card()
    content = SeriesContent(answer(points, card), make_content(case=points[0].case), card, len(points))
    (tmp_path / "a.pdf").write_bytes(series_pdf(content, layout))
    pages = PdfReader(tmp_path / "a.pdf").pages
    return len(pages), " ".join(" ".join(page.extract_text() for page in pages).split())


def test_slices_refused_for_the_same_are_one_line_with_their_distances(
    tmp_path: Path, layout: Layout
) -> None:
    pages, text = _text([_point(i, 1.05 + i / 100) for i in range(60)], tmp_path, layout)
    said = "60 slices not suitable: unlike the training pictures (distance 1.05 to 1.64, limit 1.00)."
    assert f"Slice 1–60: {said}" in text
    assert pages <= 3


def test_a_judged_slice_between_refused_ones_has_its_own_row(tmp_path: Path, layout: Layout) -> None:
    points = [_point(i, 1.2) for i in range(9)]
    points[4] = _point(4, 0.5, None)
    _, text = _text(points, tmp_path, layout)
    assert "1–4" in text
    assert "6–9" in text
    assert "All slices looked at" in text


@pytest.mark.parametrize("refusal", [Refusal.NO_LUNG, Refusal.NO_NODULE])
def test_a_refusal_by_what_is_in_the_picture_names_no_distance(
    refusal: Refusal, tmp_path: Path, layout: Layout
) -> None:
    _, text = _text([_point(i, 9.0, refusal) for i in range(4)], tmp_path, layout)
    assert f"not suitable: {refusal}." in text
