from pathlib import Path

from lungview.image import phantom, readers
from lungview.image.slice import Patient, Study
from lungview.report.content import PatientBlock, patient_rows


def test_the_initials_of_a_file_leave_out_the_title(tmp_path: Path) -> None:
    made = phantom.make_dataset(phantom.Thorax(slices=1, matrix=64), 0)
    made.PatientName = "Yamada^Tarou^^Dr"
    phantom.save(made, tmp_path / "a.dcm")
    read = readers.read(tmp_path / "a.dcm")
    shown = dict(patient_rows(read.patient, read.study, PatientBlock.INITIALS))
    assert shown["Patient"] == "Y. T."


def test_a_report_says_the_age_at_the_study() -> None:
    shown = dict(
        patient_rows(Patient("Doe^Jane", birth_date="19700101"), Study(date="20240101"), PatientBlock.FULL)
    )
    assert shown["Age"] == "54 y"


def test_without_the_patient_block_nothing_of_the_patient_is_left() -> None:
    patient = Patient("Doe^Jane", "1", "19700101", "F")
    assert patient_rows(patient, Study(date="20240101"), PatientBlock.NONE) == []
    shown = dict(patient_rows(patient, Study(accession_number="A1"), PatientBlock.INITIALS))
    assert shown == {"Patient": "D. J.", "Sex": "F", "Study date": ""}
