"""Which files are one series: one person, one study, one frame of reference, one size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset

from lungview.image import phantom
from lungview.image.slice import Patient, Study
from lungview.image.values.same_person import person_code, person_of
from lungview.sources.files.scan import scan
from lungview.study.sorting.grouping import group
from tests.study.sorting.headers import ANN, header, names, with_header

BEN = Patient("BAKER^BEN", "17", "19600101", "F")  # blank or equal IDs are common where names differ


@pytest.mark.parametrize(
    "other",
    [
        Patient("BAKER^BEN", "17", "19600101", "F"),
        Patient("ADAMS^ANN", "18", "19600101", "F"),
        Patient("ADAMS^ANN", "17", "19600102", "F"),
        Patient("ADAMS^ANN", "17", "19600101", "M"),  # twins may share all else
        Patient(),
    ],
    ids=["name", "id", "birth date", "sex", "nobody"],
)
def test_one_series_uid_of_two_people_is_two_series_that_say_so(other: Patient) -> None:
    found = group([header("a", 0.0), header("b", 5.0, patient=other)])

    assert [names(s) for s in found] == [["a"], ["b"]]
    assert all("different patients" in s.warnings[0] for s in found)


@pytest.mark.parametrize(
    "same",
    [
        Patient("Adams^Ann", "17", "19600101", "F"),
        Patient("ADAMS ANN ", "17 ", "19600101", "F"),
        Patient("ADAMS^ANN^^^", "17", "1960.01.01", "f"),
        Patient("ADAMS^ANN==", "17", "19600101", "F"),
        Patient("ADAMS^ANN", "17", "19600101", "F", age="066Y"),
    ],
    ids=["case", "blanks", "empty components", "empty groups", "age"],
)
def test_ways_of_writing_one_person_are_one_series(same: Patient) -> None:
    (series,) = group([header("a", 0.0), header("b", 5.0, patient=same)])

    assert names(series) == ["b", "a"]
    assert series.warnings == ()


def test_a_name_of_other_parts_is_another_person() -> None:
    assert person_of(Patient("AB^C")) != person_of(Patient("A^BC"))
    assert person_of(Patient("A", "BC")) != person_of(Patient("AB", "C"))


def test_the_code_of_a_person_says_no_name() -> None:
    code = person_code(ANN)

    assert len(code) == 24
    assert not any(part in code.upper() for part in ("ADAMS", "ANN"))
    assert person_code(Patient(sex="F")) == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"frame_of_reference_uid": "9"}, "frames of reference"),
        ({"series_number": 2}, "series numbers"),
    ],
)
def test_what_makes_another_series_is_named(changes: dict[str, object], said: str) -> None:
    found = group([header("a", 0.0), with_header(header("b", 5.0), **changes)])

    assert len(found) == 2
    assert all(said in s.warnings[0] for s in found)


def test_another_study_is_another_series() -> None:
    found = group([header("a", 0.0), header("b", 5.0, study="1.9")])

    assert len(found) == 2
    assert all("different studies" in s.warnings[0] for s in found)


def test_blank_series_uids_join_no_two_folders() -> None:
    found = group([header("a", 0.0, series=""), header("b", 5.0, series="", folder="/other")])

    assert [names(s) for s in found] == [["a"], ["b"]]


def test_blank_series_uids_join_no_two_descriptions_of_one_folder() -> None:
    lung = with_header(header("a", 0.0, series=""), series_description="lung")
    soft = with_header(header("b", 0.0, series=""), series_description="soft")

    assert len(group([lung, soft])) == 2


def test_files_that_name_no_one_and_no_study_join_no_two_folders() -> None:
    nobody = Patient()
    found = group(
        [header(n, 0.0, study="", patient=nobody, folder=f"/{n}") for n in ("a", "b")],
    )

    assert len(found) == 2


def test_blank_instance_uids_lose_no_picture() -> None:
    blank = [header(n, z) for n, z in (("a", 0.0), ("b", 0.0), ("c", 5.0))]
    for each in blank:
        object.__setattr__(each.instances[0], "sop_instance_uid", "")
    (series,) = group(blank)

    assert names(series) == ["c", "a", "b"]


def test_a_key_names_no_one_and_stays_the_same() -> None:
    (series,) = group([header("a", 0.0)])
    (again,) = group([header("a", 0.0), header("b", 5.0)])

    assert series.key == again.key
    assert "ADAMS" not in series.key.upper()


@pytest.mark.shared
@pytest.mark.parametrize("case", ["k_patients_no_overlap", "one_series_two_patients"])
def test_two_patients_of_one_series_uid_are_two_series_of_six(shared_cases: Path, case: str) -> None:
    found = scan([shared_cases / "headers" / case]).series

    assert sorted((s.patient.name, len(s.instances)) for s in found) == [("A^A", 6), ("B^B", 6)]
    assert all("different patients" in s.warnings[0] for s in found)


@pytest.mark.shared
def test_six_slices_of_one_instance_uid_are_six_slices(shared_cases: Path) -> None:
    (series,) = scan([shared_cases / "headers" / "same_sop_uid"]).series

    assert len(series.instances) == 6


@pytest.mark.parametrize("study", ["1.2", ""])
@pytest.mark.parametrize(
    "changes", [{"date": "20240101"}, {"accession_number": "B2"}], ids=["date", "accession"]
)
def test_a_copied_or_blank_study_uid_joins_no_two_studies(study: str, changes: dict[str, str]) -> None:
    """PS3.3 C.7.2.1: a study has one date and one accession number."""
    now = Study(study, date="20200101", accession_number="A1")
    made = [header("a", 0.0), header("b", 5.0)]
    found = group([with_header(made[0], study=now), with_header(made[1], study=replace(now, **changes))])
    assert [len(series.instances) for series in found] == [1, 1]
    assert all("different studies" in series.warnings[0] for series in found)


def test_a_study_date_written_in_two_ways_is_one() -> None:
    made = [
        with_header(header(d, z), study=Study("1.2", date=d))
        for z, d in enumerate(("20200101", "2020.01.01"))
    ]
    assert len(group(made)) == 1


def test_an_issuer_that_a_sequence_alone_names_tells_people_apart(tmp_path: Path) -> None:
    def change(dataset: Dataset, index: int) -> None:
        issuer = Dataset()
        issuer.UniversalEntityID, issuer.UniversalEntityIDType = f"1.2.{index % 2}", "ISO"
        dataset.IssuerOfPatientIDQualifiersSequence = [issuer]

    phantom.write_series(tmp_path, phantom.Thorax(6, 16), change=change)
    found = scan([tmp_path]).series
    assert [len(series.instances) for series in found] == [3, 3]
    assert {series.patient.id_issuer for series in found} == {"1.2.0", "1.2.1"}
