import pytest

from lungview.image.slice import Patient, Study
from lungview.report.content import PatientBlock, date, initials, patient_rows, person_name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Adams^John Robert Quincy^^Rev.^B.A. M.Div.", "Adams, John Robert Quincy Rev. B.A. M.Div."),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田 太郎, やまだ たろう)"),
        ("=山田^太郎", "山田, 太郎"),
        ("Smith", "Smith"),
        ("^^^^", ""),
        ("", ""),
    ],
)
def test_a_person_name_reads_as_people_write_it(raw: str, shown: str) -> None:
    assert person_name(raw) == shown


def test_initials_take_one_letter_of_each_name() -> None:
    assert initials("Adams^John Robert") == "A. J. R."


def test_a_date_is_shown_in_iso_order() -> None:
    assert (date("20240131"), date("2024"), date("")) == ("2024-01-31", "2024", "")


def test_without_the_patient_block_nothing_of_the_patient_is_left() -> None:
    patient = Patient("Doe^Jane", "1", "19700101", "F")
    assert patient_rows(patient, Study(date="20240101"), PatientBlock.NONE) == []
    shown = dict(patient_rows(patient, Study(accession_number="A1"), PatientBlock.INITIALS))
    assert shown == {"Patient": "D. J.", "Sex": "F", "Study date": ""}
