"""Whatever headers say: no two people in one series, no picture lost, the order of the files no matter."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lungview.image.readers.header import Header
from lungview.image.slice import Patient
from lungview.image.values.same_person import person_of
from lungview.study.key import patient_digest
from lungview.study.sorting.grouping import group
from tests.study.sorting.headers import AXIAL, CORONAL, header, with_header

_few = st.sampled_from
# A machine under load is no fault of theirs.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# How one thing is written, and how another one is: spelling makes no other person, anything else does.
NAMES = {
    "nobody": ["", " ", "^^", "="],
    "A": ["A^A", "a a", " A^A ", "Ａ^Ａ", "A^A^^", "A^A=="],
    "B": ["B^B"],
    "A, written 山田太郎": ["A^A=山田^太郎", "a a=山田 太郎="],
    "A, written 山田花子": ["A^A=山田^花子"],
    "A A Dr": ["A^A^^Dr"],
}
IDS = {"": ["", " "], "1": ["1", " 1", "１"], "01": ["01"]}
BIRTHS = {"": ["", "  "], "1960": ["19600101", "1960.01.01", "1960-01-01"], "1970": ["19700101"]}
ISSUERS = {"": ["", " "], "H": ["H", "h "], "K": ["K"]}


def _spelled(table: dict[str, list[str]]) -> st.SearchStrategy[str]:
    return _few([written for spellings in table.values() for written in spellings])


_people = st.builds(
    Patient,
    name=_spelled(NAMES),
    patient_id=_spelled(IDS),
    birth_date=_spelled(BIRTHS),
    sex=_few(["", "F", "M"]),
    id_issuer=_spelled(ISSUERS),
)


def _who(patient: Patient) -> tuple[str, ...]:
    """Who it is, by the tables above."""

    def meant(table: dict[str, list[str]], written: str) -> str:
        return next(key for key, spellings in table.items() if written in spellings)

    return (
        meant(NAMES, patient.name),
        meant(IDS, patient.patient_id),
        meant(BIRTHS, patient.birth_date),
        patient.sex,
        meant(ISSUERS, patient.id_issuer),
    )


@st.composite
def _headers(draw: st.DrawFn) -> list[Header]:
    return [_header(draw, f"f{n}") for n in range(draw(st.integers(1, 12)))]


def _header(draw: st.DrawFn, name: str) -> Header:
    made = header(
        name,
        draw(_few([None, 0.0, 5.0, 10.0])),
        orientation=draw(_few([AXIAL, (1.0, 0.0, 0.0, 0.0, 0.9999, 0.0141), CORONAL])),
        series=draw(_few(["", "1.2", "1.3"])),
        study=draw(_few(["", "1"])),
        sop=draw(_few(["1", "2", name])),
        patient=draw(_people),
        modality=draw(_few(["CT", "MR", ""])),
        size=draw(_few([64, 128])),
        folder=draw(_few(["/a", "/b"])),
        kernel=draw(_few(["B30f", "B70f"])),
        time=draw(_few(["1", "2"])),
    )
    return with_header(
        made,
        frame_of_reference_uid=draw(_few(["", "9"])),
        series_number=draw(_few([None, 1, 2])),
        image_type=draw(_few([(), ("ORIGINAL", "PRIMARY", "LOCALIZER")])),
    )


@calmly
@given(_headers())
def test_no_series_holds_two_people(headers: list[Header]) -> None:
    who = {h.instances[0].path: _who(h.patient) for h in headers}

    for series in group(headers):
        assert {who[i.path] for i in series.instances} == {_who(series.patient)}


@calmly
@given(_people, _people)
def test_two_files_name_one_person_when_only_the_spelling_differs(one: Patient, other: Patient) -> None:
    assert (person_of(one) == person_of(other)) == (_who(one) == _who(other))


@calmly
@given(_people, _people)
def test_a_mark_of_one_person_is_on_no_picture_of_another(one: Patient, other: Patient) -> None:
    nobody = not any(_who(one)[:3]) or _who(one)[:3] == ("nobody", "", "")
    if _who(one) != _who(other) and not nobody:
        assert patient_digest(one) != patient_digest(other)


@calmly
@given(_headers())
def test_every_picture_is_in_exactly_one_series(headers: list[Header]) -> None:
    # The files do not exist: nothing can be taken for a copy.
    shown = [i.path.name for series in group(headers) for i in series.instances]

    assert sorted(shown) == sorted(h.instances[0].path.name for h in headers)


@given(_headers(), st.randoms(use_true_random=False))
@settings(calmly, max_examples=200)
def test_the_order_of_the_files_does_not_matter(headers: list[Header], random: object) -> None:
    mixed = list(headers)
    random.shuffle(mixed)  # type: ignore[attr-defined]

    assert group(mixed) == group(headers)


@calmly
@given(_headers())
def test_every_series_has_a_key_of_its_own(headers: list[Header]) -> None:
    keys = [series.key for series in group(headers)]

    assert len(set(keys)) == len(keys)
