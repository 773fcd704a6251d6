"""Whatever headers say: no two people in one series, no picture lost, the order of the files no matter."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lungview.image.readers.header import Header
from lungview.image.slice import Patient
from lungview.image.values.same_person import person_of
from lungview.study.sorting.grouping import group
from tests.study.headers import AXIAL, CORONAL, header, with_header

_few = st.sampled_from
_people = st.builds(
    Patient,
    name=_few(["", "A^A", "a a", "B^B"]),
    patient_id=_few(["", "1", "2"]),
    birth_date=_few(["", "19600101", "1960.01.01", "19700101"]),
    sex=_few(["", "F", "M"]),
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


@given(_headers())
def test_no_series_holds_two_people(headers: list[Header]) -> None:
    who = {h.instances[0].path: person_of(h.patient) for h in headers}

    for series in group(headers):
        assert {who[i.path] for i in series.instances} == {person_of(series.patient)}


@given(_headers())
def test_every_picture_is_in_exactly_one_series(headers: list[Header]) -> None:
    # The files do not exist: nothing can be taken for a copy.
    shown = [i.path.name for series in group(headers) for i in series.instances]

    assert sorted(shown) == sorted(h.instances[0].path.name for h in headers)


@given(_headers(), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_the_order_of_the_files_does_not_matter(headers: list[Header], random: object) -> None:
    mixed = list(headers)
    random.shuffle(mixed)  # type: ignore[attr-defined]

    assert group(mixed) == group(headers)


@given(_headers())
def test_every_series_has_a_key_of_its_own(headers: list[Header]) -> None:
    keys = [series.key for series in group(headers)]

    assert len(set(keys)) == len(keys)
