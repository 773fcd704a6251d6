"""The page of lungs in numbers, read back."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from lungview.lung.technique import Technique
from lungview.nodules.work_up.exam import Exam, LungsBefore
from lungview.report.lungs.picture import map_picture
from lungview.report.lungs.words import Scan
from lungview.report.pdf.lungs.figures import CoronalPicture
from lungview.report.pdf.lungs.page import lungs_page
from lungview.report.work_up.page import WorkUpContent, work_up_pdf
from tests.report.lungs.conftest import scan
from tests.report.work_up.test_work_up import SERIES, exam, found


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
    before = (LungsBefore("20230131", soft),)
    page = _pages(replace(exam(found()), lungs=scan().lungs, lungs_before=before))[1]
    assert "Change +0 ml (+0%) − 10.0 points" in page
    assert "2024-01-31, unsure: reconstruction kernel B31f before, B70f now." in page


def test_part_of_the_lungs_says_the_same_on_both_pages(part: Scan) -> None:
    first, page = _pages(replace(exam(found()), lungs=part.lungs))
    marked = "of the part scanned, not comparable with whole lungs"
    assert "right 48 ml, left 48 ml in the scan" in first
    assert f"(densities {marked})" in first
    assert f"Densities are {marked}. Reason: the lungs reach the lowest slice" in page
    assert "Volume in the scan" in page
    assert "Both lungs In the scan 96 ml" in page
    assert "Upper third" not in page


def test_other_scans_that_are_open_stand_over_time_with_why_they_have_no_numbers() -> None:
    before = (LungsBefore("20230131", why="its lungs were not measured"),)
    page = _pages(replace(exam(found()), lungs=scan().lungs, lungs_before=before))[1]
    assert "2023-01-31 – – – –" in page
    assert "2023-01-31, not compared: its lungs were not measured." in page


def test_lungs_that_were_measured_before_thirds_were_have_no_page() -> None:
    whole = exam(found())
    assert whole.lungs is not None
    assert len(_pages(replace(whole, lungs=replace(whole.lungs, detail=None)))) == 1
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
