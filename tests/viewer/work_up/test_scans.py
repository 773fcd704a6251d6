"""Which scans of a person are measured beside the one on screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lungview.image.slice import Geometry, Instance, Patient, Spacing, Study
from lungview.study.series import Series
from lungview.viewer.work_up.scans import others


def series(
    key: str, study: str, date: str, *, person: str = "4711", kernel: str = "B70f", mm: float = 1.0
) -> Series:
    def at(index: int) -> Instance:
        place = Geometry((0.0, 0.0, index * mm), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0))
        path, uid = Path(f"{key}{index}"), f"{key}.{index}"
        return Instance(path, 0, uid, "", key, "CT", index, place, 64, 64, traits=(("kernel", kernel),))

    return Series(
        key, key, "Thorax", "CT", tuple(at(k) for k in range(20)), 64, 64, Spacing(1.0, 1.0, "PixelSpacing"),
        mm, patient=Patient("Doe^Jane", person), study=Study(study, date=date), thickness=mm,
    )  # fmt: skip


NOW = series("now", "1", "20240131")


def test_one_series_of_each_other_study_of_the_person_the_oldest_first() -> None:
    newer, older = series("b", "2", "20230131"), series("a", "3", "20220131")
    assert others(NOW, [NOW, newer, older, series("same study", "1", "20240131")]) == (older, newer)


def test_of_one_study_the_same_kernel_then_slices_as_thick() -> None:
    soft, sharp = series("s", "2", "20230131", kernel="B31f"), series("h", "2", "20230131", mm=2.0)
    thin = series("t", "2", "20230131", mm=1.25)
    assert others(NOW, [soft, sharp, thin]) == (thin,)
    assert others(NOW, [soft, sharp]) == (sharp,)


@pytest.mark.parametrize(
    "other",
    [
        series("x", "2", "20230131", person="4712"),
        replace(series("x", "2", "20230131"), modality="MR"),
        replace(series("x", "2", "20230131"), localizer=True),
        replace(series("x", "2", "20230131"), instances=series("x", "2", "20230131").instances[:1]),
    ],
    ids=["another person", "no CT", "a localizer", "one slice"],
)
def test_what_is_of_someone_else_or_no_volume_is_left_out(other: Series) -> None:
    assert others(NOW, [NOW, other]) == ()


def test_files_that_name_no_one_are_compared_with_nothing() -> None:
    nobody = Patient()
    now, other = (replace(each, patient=nobody) for each in (NOW, series("b", "2", "20230131")))
    assert others(now, [now, other]) == ()
