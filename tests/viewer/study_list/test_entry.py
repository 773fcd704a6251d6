"""Searching the list, the next study to read, and what is gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lungview.viewer.study_list.entry import Reading, fits, missing, neighbour
from tests.viewer.study_list.listing import entry


@pytest.mark.parametrize(
    ("text", "found"),
    [("", True), ("kowal", True), ("KOWAL thorax", True), ("id-1", True), ("2024-01-01", True),
     ("20240101", True), ("ct", True), ("mr", False), ("kowal nowak", False)],
)  # fmt: skip
def test_a_search_finds_what_the_list_shows(text: str, found: bool) -> None:
    assert fits(entry(1, "Kowalska^Jadwiga"), text) is found


def test_while_patients_are_hidden_nobody_is_found_by_name_or_number() -> None:
    shown = entry(1, "Kowalska^Jadwiga")
    assert not fits(shown, "kowal", named=False)
    assert not fits(shown, "id-1", named=False)
    assert fits(shown, "thorax", named=False)


def test_the_next_study_is_the_nearest_that_is_not_read() -> None:
    one, two, three, four = (entry(n) for n in range(1, 5))
    entries = [one, replace(two, reading=Reading.READ), replace(three, reading=Reading.BEGUN), four]
    assert neighbour(entries, one.key, 1) == entries[2]
    assert neighbour(entries, four.key, -1) == entries[2]
    assert neighbour(entries, entries[2].key, -1) == one
    assert neighbour(entries, four.key, 1) is None
    assert neighbour(entries, one.key, -1) is None


def test_from_a_study_that_is_not_listed_the_search_begins_at_an_end() -> None:
    entries = [entry(1), entry(2)]
    assert neighbour(entries, ("another", "study"), 1) == entries[0]
    assert neighbour(entries, None, -1) == entries[1]
    assert neighbour([], None, 1) is None
    assert neighbour([], None, -1) is None


def test_what_is_gone_is_named(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    places = (str(tmp_path / "there"), str(tmp_path / "gone"))
    assert missing(entry(1, paths=places)) == (str(tmp_path / "gone"),)


def test_the_patient_is_in_no_repr() -> None:
    shown = repr(entry(1, "Kowalska^Jadwiga"))
    assert "Kowalska" not in shown
    assert "ID-1" not in shown
