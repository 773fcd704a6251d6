"""The last look: what counts as an original value, and what was right to keep."""

from __future__ import annotations

from pydicom.dataset import Dataset

from lungview.report.anonymise import burned_in
from lungview.report.anonymise.leftovers import identifiers, left


def _of(**values: str) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def test_every_part_of_a_name_is_looked_for() -> None:
    found = {each.value for each in identifiers(_of(PatientName="Kowalska^Jadwiga^Maria^Dr"))}
    assert {b"Kowalska", b"Jadwiga"} <= found


def test_short_values_are_not_they_are_met_by_chance() -> None:
    assert identifiers(_of(PatientName="Li^Na", PatientID="17")) == ()


def test_a_value_in_the_bytes_is_named_by_its_attribute() -> None:
    originals = identifiers(_of(InstitutionName="City Hospital"))
    assert left(originals, Dataset(), b"..City Hospital..") == "InstitutionName"
    assert left(originals, Dataset(), b"..") == ""


def test_what_was_right_to_keep_may_stand_there() -> None:
    originals = identifiers(_of(SeriesDescription="THORAX"))
    assert left(originals, _of(BodyPartExamined="THORAX"), b"THORAX") == ""


def test_a_picture_that_says_no_text_is_burned_in_is_believed() -> None:
    assert burned_in.reason(_of(Modality="US", BurnedInAnnotation="NO")) == ""
    assert burned_in.reason(_of(Modality="US")) != ""
