"""What a study tells the risk formulas, and what it leaves to be asked."""

from dataclasses import replace

import pytest

from lungview.image.slice import Patient, Study
from lungview.lung.quantify import Density as LungDensity
from lungview.lung.quantify import Quantities
from lungview.lung.reliability import UNKNOWN, WHOLE, Coverage
from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.lobe import Lobe
from lungview.nodules.risk.from_study import from_study
from lungview.nodules.risk.inputs import Inputs, Sex
from tests.report.lungs.conftest import CUT, THICK, covered

FINDING = Finding(
    (3, 5), Source.READER, Status.ACCEPTED, long_mm=9.5, short_mm=8.0, density=Density.PART_SOLID
)
STUDY = Study(date="20240131")


def lungs(laa950: float | None) -> Quantities:
    part = LungDensity(4000.0, 3600.0, -850.0, laa950, -930.0)
    whole = covered("20240131", WHOLE).lungs
    assert whole is not None
    return replace(whole, both=part)


def test_age_sex_size_type_lobe_count_and_emphysema_come_from_the_study() -> None:
    patient = Patient(birth_date="19600201", sex="F")
    filled = from_study(patient, STUDY, FINDING, lobe=Lobe.LUL, count=2, lungs=lungs(0.062))
    assert filled.inputs == Inputs(
        age_years=63,
        sex=Sex.FEMALE,
        long_mm=9.5,
        density=Density.PART_SOLID,
        upper_lobe=True,
        count=2,
        emphysema=True,
    )


def test_each_filled_input_says_where_it_is_from() -> None:
    filled = from_study(Patient(age="063Y"), STUDY, FINDING, lobe=Lobe.RML, lungs=lungs(0.013))
    assert filled.sources["upper_lobe"] == "the lobe, RML"
    assert filled.sources["emphysema"] == "%LAA−950 is 1.3%, above 5% counts"
    assert set(filled.sources) == {"age_years", "long_mm", "density", "upper_lobe", "emphysema"}


@pytest.mark.parametrize("sex", ["", "O", "X"])
def test_a_sex_the_formulas_do_not_know_is_left_to_be_asked(sex: str) -> None:
    assert from_study(Patient(sex=sex), STUDY, FINDING).inputs.sex is None


@pytest.mark.parametrize(
    "coverage",
    [
        replace(WHOLE, cut=(CUT,)),
        replace(WHOLE, absent=("no left lung found",)),
        replace(WHOLE, thick=THICK),
        UNKNOWN,
    ],
    ids=["part of the lungs", "one lung", "thick slices", "nobody looked"],
)
def test_emphysema_is_told_by_whole_lungs_in_thin_slices_alone(coverage: Coverage) -> None:
    part, whole = covered("20240131", coverage).lungs, covered("20240131", WHOLE).lungs
    filled = from_study(Patient(), STUDY, FINDING, lungs=part)
    assert filled.inputs.emphysema is None
    assert "emphysema" not in filled.sources
    assert from_study(Patient(), STUDY, FINDING, lungs=whole).inputs.emphysema is True


def test_emphysema_is_not_told_by_numbers_without_detail() -> None:
    bare = replace(lungs(0.062), detail=None)
    assert from_study(Patient(), STUDY, FINDING, lungs=bare).inputs.emphysema is None


def test_what_the_study_does_not_tell_stays_unknown() -> None:
    bare = Finding((0, 0), Source.READER, Status.ACCEPTED)
    assert from_study(Patient(), Study(), bare, lungs=lungs(None)).inputs == Inputs()


@pytest.mark.parametrize(("stored", "years"), [("006M", 0.5), ("012D", 12 / 365.25), ("007Y", 7)])
def test_the_age_of_a_child_is_in_years_too(stored: str, years: float) -> None:
    assert from_study(Patient(age=stored), STUDY, FINDING).inputs.age_years == pytest.approx(years)
