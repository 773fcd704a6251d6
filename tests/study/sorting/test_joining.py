"""One Series UID for each slice: offered as one stack, joined when the reader says so, never two people."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview.errors import LungViewError
from lungview.image.readers.header import Header
from lungview.image.slice import Patient
from lungview.sources.files.scan import scan
from lungview.study.sorting.grouping import group
from lungview.study.sorting.joining import joinable, joined
from tests.study.sorting.headers import CORONAL, header, names


def _each(count: int = 4, **other: object) -> list[Header]:
    return [header(f"s{n}", 5.0 * n, series=f"1.2.3.{n}", **other) for n in range(count)]  # type: ignore[arg-type]


def test_series_of_one_slice_each_are_offered_as_one_stack() -> None:
    found = group(_each())

    assert [len(many) for many in joinable(found)] == [4]
    assert all("4 series of one slice each lie in one stack" in s.warnings[0] for s in found)


def test_joined_series_are_one_stack_in_slice_order() -> None:
    (many,) = joinable(group(reversed(_each())))
    series = joined(many)

    assert names(series) == ["s3", "s2", "s1", "s0"]
    assert series.slice_spacing == 5.0
    assert series.warnings == ("joined by the reader from 4 series of one slice each",)


def test_joining_can_be_undone() -> None:
    (many,) = joinable(group(_each()))

    assert joined(many).parts == many


def test_a_gap_in_a_joined_stack_is_said() -> None:
    (many,) = joinable(group([*_each(), header("far", 50.0, series="1.2.3.9")]))

    assert "gap between slices 1 and 2" in joined(many).warnings[1]


@pytest.mark.parametrize(
    "other",
    [
        header("x", 50.0, series="9", patient=Patient("BAKER^BEN", "17", "19600101", "F")),
        header("x", 50.0, series="9", study="1.9"),
        header("x", 50.0, series="9", size=128),
        header("x", 50.0, series="9", orientation=CORONAL),
        header("x", 50.0, series="9", modality="MR"),
    ],
    ids=["person", "study", "size", "direction", "modality"],
)
def test_what_does_not_fit_is_not_offered_and_cannot_be_joined(other: Header) -> None:
    found = group([*_each(), other])

    assert [len(many) for many in joinable(found)] == [4]
    with pytest.raises(LungViewError, match="no stack"):
        joined(found)


def test_series_at_one_place_are_not_offered() -> None:
    assert joinable(group(header(f"s{n}", 0.0, series=f"1.{n}") for n in range(4))) == ()


def test_two_slices_are_no_stack_worth_an_offer() -> None:
    assert joinable(group(_each(2))) == ()


@pytest.mark.shared
def test_six_series_uids_of_six_slices_are_offered_as_one_stack_of_six(shared_cases: Path) -> None:
    (many,) = joinable(scan([shared_cases / "headers" / "series_uid_each"]).series)

    assert len(joined(many).instances) == 6
    assert joined(many).slice_spacing == 45.0
