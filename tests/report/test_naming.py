"""The proposed name of a report says the study and the date, and nobody's name."""

from dataclasses import replace
from datetime import date

import pytest

from lungview.image.slice import Patient, Study
from lungview.report import naming
from tests.report.conftest import make_instance, make_slice

TODAY = date(2026, 11, 28)


def named(description: str, patient: str = "Müller^Jürgen") -> str:
    study = Study(description=description, date="20030718")
    about = Patient(patient, "PID-0815")
    return naming.of_slice(replace(make_slice(), study=study, patient=about), TODAY)


def test_it_is_the_studys_date_and_description() -> None:
    assert named("CT Thorax w/Contrast") == "2003-07-18 CT-Thorax-w-Contrast report"


def test_without_a_description_the_modality_stands_for_it() -> None:
    assert named(" ") == "2003-07-18 CT report"


def test_a_picture_file_without_a_date_gets_todays() -> None:
    picture = replace(make_slice(), study=Study(), patient=Patient(), instance=make_instance(modality=""))
    assert naming.of_slice(picture, TODAY) == "2026-11-28 picture report"


@pytest.mark.parametrize(
    "description", ["Thorax MÜLLER", "jürgen's chest", "Chest PID-0815", "Chest_Müller_2003"]
)
def test_a_description_that_names_the_patient_is_left_out(description: str) -> None:
    assert named(description) == "2003-07-18 CT report"


def test_a_name_in_ideograms_is_found_as_well() -> None:
    assert named("胸部 山田", patient="Yamada^Tarou=山田^太郎") == "2003-07-18 CT report"


@pytest.mark.parametrize("sign", '/\\:*?"<>|\n\0\t')
def test_no_sign_is_left_that_a_file_system_refuses(sign: str) -> None:
    assert named(f"a{sign}b{sign}") == "2003-07-18 a-b report"


def test_a_long_description_is_cut() -> None:
    assert len(named("x" * 300)) < 90
