"""The work-up as text for the RIS and as a table: whole, in words, and without the patient's name."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from lungview.image.slice import Instance, Patient, Study
from lungview.lung.quantify import Density as LungDensity
from lungview.lung.quantify import Quantities
from lungview.lung.reliability import WHOLE
from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.growth.change import change
from lungview.nodules.growth.scans import Scan
from lungview.nodules.guidelines.lung_rads_nodule import Nodule, Seen
from lungview.nodules.lobe import Lobe
from lungview.nodules.risk.inputs import Inputs, PriorCancer
from lungview.nodules.work_up.exam import Exam, Modifiers, Row, overall
from lungview.nodules.work_up.values import Guide, Said, Told, WorkUp
from lungview.nodules.work_up.work_up import work_up
from lungview.report.work_up.table import COLUMNS, rows, write_csv
from lungview.report.work_up.text import text
from lungview.study.series import Series
from tests.report.lungs.conftest import covered

MANAGEMENT = (
    "3-month LDCT; PET/CT may be considered if there is a solid nodule or solid component of 8 mm (268 mm³) "
    "or more."
)
PATIENT = Patient("Doe^Jane", "4711", "19620115", "F")
SERIES = Series(
    "k", "1.2.3", "Thorax", "CT", (Instance(Path("a")),) * 120, 512, 512,
    thickness=1.25, patient=PATIENT, study=Study("1.2", date="20240131"),
)  # fmt: skip
FINDING = Finding(
    (40, 48), Source.MODEL, Status.ACCEPTED, (-60.0, 10.0, -150.0),
    long_mm=10.0, short_mm=8.0, volume_mm3=380.0, density=Density.SOLID, score=0.9, probability=0.62,
)  # fmt: skip
SAID = Said(
    risk=Inputs(
        spiculated=True, family_history=False, emphysema=False, smoker=True, prior_cancer=PriorCancer.NONE
    ),
    screening=Nodule(seen=Seen.BASELINE),
)


def found(told: Told | None = None, said: Said = SAID) -> WorkUp:
    told = told or Told(FINDING, PATIENT, SERIES.study, suggested=Lobe.RUL)
    return work_up(told, said, Guide.LUNG_RADS)


def lungs() -> Quantities:
    right, left, both = (LungDensity(ml, ml * 0.9, -850.0, 0.031, -930.0) for ml in (2850.0, 2400.0, 5250.0))
    whole = covered("20240131", WHOLE).lungs
    assert whole is not None
    return replace(whole, both=both, right=right, left=left)


def exam(work: WorkUp) -> Exam:
    return Exam(SERIES, (Row("RUL 1", 45, work),), lungs(), overall=overall(Guide.LUNG_RADS, [work]))


def test_the_text_says_technique_lungs_and_each_nodule_with_its_rule() -> None:
    said = text(replace(exam(found()), impression="Suspicious nodule in the right upper lobe."))
    assert said.splitlines() == [
        "Technique: CT, 2024-01-31, 120 slices, 1.25 mm thick",
        "Comparison: no prior",
        "Lungs: right 2,850 ml, left 2,400 ml, %LAA−950 3.1%, Perc15 −930 HU",
        "",
        "Nodules:",
        "1. RUL 1, slice 45: solid nodule, RUL (by its place), 10.0 × 8.0 mm, mean 9 mm, 380 mm³.",
        "   Change: no prior.",
        f"   Lung-RADS v2022, category 4A: {MANAGEMENT}",
        "   Rule: solid; baseline or enlarged; 8 to below 15 mm.",
        "   Risk: Brock, full, with spiculation (PanCan 2b), 20.1%.",
        "   Risk: Brock, parsimonious, with spiculation (PanCan 1b), 23.0%.",
        "   Risk: Mayo, 37.5%.",  # −6.8272 + 2.4242 + 0.7917 + 1.2740 + 1.0407 + 0.7838 = −0.5128
        "   Apart from it, the model's opinion: probability of malignancy 62%.",
        "",
        f"Exam: Lung-RADS v2022, category 4A: {MANAGEMENT}",
        "",
        "Impression: Suspicious nodule in the right upper lobe.",
        "",
        "(LungView, for research use only)",
    ]


def test_no_name_number_or_birth_date_of_the_patient_is_in_the_text() -> None:
    said = text(exam(found()))
    assert not any(secret in said for secret in ("Doe", "Jane", "4711", "1962"))


def test_growth_is_said_with_its_numbers() -> None:
    prior = replace(FINDING, long_mm=8.0, short_mm=6.4, volume_mm3=190.0)
    scans = Scan("x", "20230131", "1", "1", 1.0), Scan("x", "20240131", "2", "2", 1.0)
    told = Told(FINDING, PATIENT, SERIES.study, prior=prior, change=change(prior, FINDING, scans, 365))
    said = text(exam(found(told, replace(SAID, screening=Nodule()))))
    assert (
        "Change: growing, 190 to 380 mm³ (+100%), mean diameter 7.2 to 9.0 mm, by volume, "
        "volume doubles in 365 days, over 365 days." in said
    )


def test_what_a_guideline_still_asks_stands_in_the_text() -> None:
    assert "Lung-RADS v2022 asks: against the prior exam" in text(exam(found(said=Said())))


def test_an_exam_without_nodules_says_so() -> None:
    said = text(Exam(SERIES, overall=overall(Guide.LUNG_RADS, [], Modifiers(negative=True), 62.0)))
    assert "Nodules: none accepted." in said
    assert "Exam: Lung-RADS v2022, category 1" in said


def test_an_edited_recommendation_keeps_the_guidelines_own_text() -> None:
    said = text(exam(found(said=replace(SAID, text="Tumour board"))))
    assert "category 4A: Tumour board" in said
    assert "The guideline's own text: \"3-month LDCT" in said


def test_a_row_of_the_table_has_a_value_for_each_column_or_none() -> None:
    row = rows(exam(found()))[0]
    assert tuple(row) == COLUMNS
    expected = {
        "label": "RUL 1", "slice": 45, "lobe": "RUL", "lobe_by": "place", "mean_mm": 9, "change": "no prior",
        "category": "4A", "brock_full": 0.201, "herder": None, "model_probability": 0.62,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_the_table_is_written_as_csv(tmp_path: Path) -> None:
    write_csv(exam(found()), tmp_path / "nodules.csv")
    with (tmp_path / "nodules.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))
    assert (read[0]["label"], read[0]["category"], read[0]["herder"]) == ("RUL 1", "4A", "")
