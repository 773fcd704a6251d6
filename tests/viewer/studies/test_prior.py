"""Beside the series of today stands the same person's last one, or nothing."""

from __future__ import annotations

from pathlib import Path

from lungview.image.slice import Instance, Patient, Study
from lungview.study.series import Series
from lungview.viewer.studies.prior import prior_of


def _series(key: str, date: str, *, patient: str = "A", count: int = 3, **more: object) -> Series:
    instances = tuple(Instance(Path(f"{key}{at}")) for at in range(count))
    about: dict = {"description": "Lung", "modality": "CT", "rows": 4, "columns": 4} | more
    about |= {"patient": Patient(patient, patient), "study": Study(date, date=date)}
    return Series(key, key, instances=instances, **about)


NOW = _series("now", "20240601")


def test_the_latest_earlier_study_is_the_prior() -> None:
    earlier = [_series("2022", "20220101"), _series("2023", "20230101"), _series("2025", "20250101")]
    assert prior_of(NOW, [NOW, *earlier]) is earlier[1]


def test_a_later_study_stands_beside_the_only_earlier_one() -> None:
    later = _series("2025", "20250101")
    assert prior_of(NOW, [later, NOW]) is later


def test_two_people_are_not_compared_nor_those_without_a_name() -> None:
    assert prior_of(NOW, [NOW, _series("other", "20230101", patient="B")]) is None
    nameless = _series("x", "20240601", patient="")
    assert prior_of(nameless, [nameless, _series("y", "20230101", patient="")]) is None


def test_of_one_study_the_series_most_like_it_is_chosen() -> None:
    scout = _series("scout", "20230101", localizer=True)
    bone = _series("bone", "20230101", description="Bone")
    lung = _series("lung", "20230101")
    assert prior_of(NOW, [scout, bone, lung, _series("pet", "20230101", modality="PT")]) is lung


def test_another_series_of_the_same_study_is_no_prior() -> None:
    assert prior_of(NOW, [NOW, _series("more", "20240601")]) is None
