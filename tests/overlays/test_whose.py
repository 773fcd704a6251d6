"""Derived objects leave out what they like; two people never become one."""

from __future__ import annotations

import pytest

from lungview.image.slice import Patient
from lungview.overlays.whose import may_be_one, named

ANN = Patient("ADAMS^ANN", "17", "19600101", "F")


@pytest.mark.parametrize(
    "other",
    [
        ANN,
        Patient("Adams^Ann", "17"),
        Patient("", "17", "19600101"),
        Patient("ADAMS^ANN", "", "", "F"),
        Patient("ANN ADAMS", "17", "19600101", "F"),
        Patient("ADAMS^ANN^LEE=アダムス^アン", "17", "19600101", "F"),
    ],
)
def test_one_person(other: Patient) -> None:
    assert may_be_one(ANN, other)
    assert may_be_one(other, ANN)


@pytest.mark.parametrize(
    "other",
    [
        Patient("ADAMS^ANN", "18", "19600101", "F"),
        Patient("ADAMS^ANN", "17", "19610101", "F"),
        Patient("ADAMS^ANN", "17", "19600101", "M"),
        Patient("BAKER^BOB", "", "", ""),
        Patient("BAKER^BOB", "17"),
        Patient("ADAMS^EVE", "17", "19600101", "F"),
        Patient(),
    ],
)
def test_two_people(other: Patient) -> None:
    assert not may_be_one(ANN, other)
    assert not may_be_one(other, ANN)


def test_ids_of_two_hospitals_are_two_ids() -> None:
    one, other = Patient("A", "17", id_issuer="North"), Patient("A", "17", id_issuer="South")
    assert not may_be_one(one, other)


def test_nobody_has_no_name() -> None:
    assert not named(Patient(sex="F"))
    assert named(ANN)
    assert may_be_one(Patient(), Patient())
