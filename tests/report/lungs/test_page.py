"""The page of lungs in numbers, read back."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from lungview.lung.technique import Technique
from lungview.nodules.work_up.exam import Exam
from lungview.report.lungs.picture import map_picture
from lungview.report.lungs.words import Scan
from lungview.report.pdf.lungs.figures import CoronalPicture
from lungview.report.pdf.lungs.page import lungs_page
from lungview.report.work_up.page import WorkUpContent, work_up_pdf
from tests.report.lungs.conftest import scan
from tests.report.test_work_up import SERIES, exam, found


def _pages(made: Exam) -> list[str]:
    read = PdfReader(BytesIO(work_up_pdf(WorkUpContent(made)))).pages
    return [" ".join(page.extract_text().split()) for page in read]


def test_the_work_up_has_a_page_with_the_numbers_of_each_third() -> None:
    pages = _pages(replace(exam(found()), lungs=scan().lungs))
    assert len(pages) == 2
    for text in (
        "2024-01-31: slices of 1 mm, reconstruction kernel B70f, 120 kV, no contrast agent told",
        "Both lungs Whole 96 ml 10.0% − 850 HU − 861 HU",
        "Upper third 16 ml 10.0%",
        "Thirds are of equal height",
        "Density histogram, both lungs",
        "Below − 950 HU, seen from the front",
        "≥ 25 %",
    ):
        assert text in pages[1]
    assert "Over time" not in pages[1]


def test_earlier_scans_stand_there_with_the_change_and_why_it_is_unsure() -> None:
    soft = scan("20230131", 0.2, Technique(1.0, "B31f", "", "120")).lungs
    page = _pages(replace(exam(found()), lungs=scan().lungs, lungs_before=(("20230131", soft),)))[1]
    assert "Change +0 ml (+0%) − 10.0 points" in page
    assert "2024-01-31, unsure: reconstruction kernel B31f before, B70f now." in page


def test_a_refused_scan_has_its_reason_and_no_page(refused: Scan) -> None:
    pages = _pages(replace(exam(found()), lungs=refused.lungs))
    assert len(pages) == 1
    assert "Not measured: no left lung found." in pages[0]
    assert "Upper third" not in pages[0]


def test_lungs_that_were_measured_before_thirds_were_have_no_page() -> None:
    assert len(_pages(exam(found()))) == 1
    assert lungs_page([Scan(SERIES.study.date, replace(scan().lungs, detail=None))], 400.0) == []


def test_the_map_keeps_the_shape_of_the_lungs_and_fits_its_place() -> None:
    detail = scan().detail
    assert detail is not None
    found = map_picture(detail.coronal)
    wide, tall = CoronalPicture(found, (200.0, 150.0)).shown
    rows, columns = found.rgba.shape[:2]
    assert wide / tall == pytest.approx(columns / rows)
    assert wide <= 200.0 - CoronalPicture.LEGEND
    assert tall <= 150.0
