"""The page of a work-up, read back as text."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from lungview.errors import ReportError
from lungview.image.slice import Instance, Spacing
from lungview.nodules.work_up.exam import Exam, Modifiers, overall
from lungview.nodules.work_up.values import Guide, Said
from lungview.report.content import KeyImage, Layout, PatientBlock
from lungview.report.work_up.page import WorkUpContent, work_up_pdf, write_work_up
from tests.report.work_up.test_work_up import SERIES, exam, found

NEGATIVE = Modifiers(negative=True)


def read(content: WorkUpContent, layout: Layout | None = None) -> str:
    pages = PdfReader(BytesIO(work_up_pdf(content, layout))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def picture() -> KeyImage:
    spacing = Spacing(0.7, 0.7, "PixelSpacing")
    return KeyImage(np.zeros((64, 64), np.uint8), "slice 45", spacing=spacing, size=(64, 64))


def test_the_page_says_patient_technique_lungs_and_each_nodule() -> None:
    said = read(WorkUpContent(exam(found()), [picture()]))
    for text in (
        "Doe, Jane",
        "CT, 2024-01-31, 120 slices, 1.25 mm thick",
        "no prior",
        "right 2,850 ml, left 2,400 ml, %LAA − 950 3.1%",
        "RUL 1 · slice 45",
        "solid nodule, RUL (by its place), 10.0 × 8.0 mm, mean 9 mm, 380 mm³",
        "Lung-RADS v2022, category 4A 3-month LDCT",
        "By the row “solid; baseline or enlarged; 8 to below 15 mm”",
        "Brock, full, with spiculation (PanCan 2b): 20.1%",
        "Apart from it, the model's opinion: probability of malignancy 62%",
        "Research use only",
    ):
        assert text in said


def test_a_patient_who_is_to_be_left_out_is_left_out() -> None:
    said = read(WorkUpContent(exam(found())), Layout(patient=PatientBlock.NONE))
    assert not any(secret in said for secret in ("Doe", "4711", "1962"))
    assert "2024-01-31" in said


def test_an_exam_that_cannot_be_classed_says_what_it_asks() -> None:
    said = read(WorkUpContent(exam(found(said=Said()))))
    assert "Not classed: Lung-RADS v2022 asks: against the prior exam" in said


def test_an_exam_without_nodules_has_its_page_with_the_impression() -> None:
    empty = Exam(SERIES, overall=overall(Guide.LUNG_RADS, [], NEGATIVE, 62.0), impression="No nodule.")
    said = read(WorkUpContent(empty))
    assert "Nodules: none accepted" in said
    assert "No nodule." in said


def test_many_nodules_take_more_pages(tmp_path: Path) -> None:
    row = exam(found()).rows[0]
    many = replace(exam(found()), rows=(row,) * 12)
    write_work_up(WorkUpContent(many, [picture()] * 12), tmp_path / "work-up.pdf")
    assert len(PdfReader(tmp_path / "work-up.pdf").pages) > 2


def test_pictures_of_another_person_are_refused() -> None:
    series = replace(SERIES, instances=(Instance(Path("a"), person="one"),))
    other = replace(picture(), person="two")
    with pytest.raises(ReportError, match="people"):
        WorkUpContent(replace(exam(found()), series=series), [other])
