"""A prior is shown first as far below its uppermost slice as the picture beside it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lungview.image.slice import Geometry, Instance, Patient
from lungview.study.series import Series
from lungview.viewer.studies.beside import beside

AXIAL, CORONAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)


def _series(*heights: float, orientation: tuple[float, ...] = AXIAL) -> Series:
    """Slices at these heights, or at these distances to the back where they are coronal."""
    made = []
    for at, height in enumerate(heights):
        position = (0.0, 0.0, height) if orientation == AXIAL else (0.0, height, 0.0)
        made.append(Instance(Path(f"{at}"), geometry=Geometry(position, orientation)))  # type: ignore[arg-type]
    return Series("key", "uid", "Lung", "CT", tuple(made), 4, 4)


def test_it_lies_as_far_below_the_uppermost_slice_whatever_the_table_stood_at() -> None:
    assert beside(_series(306, 303, 300, 297), 2, _series(-40, -42, -44, -46, -48)) == 3


def test_slices_that_run_from_the_feet_are_counted_from_the_head_too() -> None:
    assert beside(_series(306, 303, 300, 297), 1, _series(10, 13, 16, 19, 22)) == 3
    assert beside(_series(10, 13, 16), 2, _series(306, 303, 300)) == 0


def test_a_prior_that_ends_earlier_is_shown_at_its_end() -> None:
    assert beside(_series(306, 206, 106), 2, _series(50, 40, 30)) == 2


def test_coronal_planes_are_counted_from_one_side() -> None:
    now = _series(0, 5, 10, 15, orientation=CORONAL)
    assert beside(now, 1, _series(100, 105, 110, 115, orientation=CORONAL)) == 1


def test_nothing_is_said_of_planes_that_run_another_way_or_lie_nowhere() -> None:
    now = _series(306, 303, 300)
    nowhere = Series("key", "uid", "Lung", "CT", (Instance(Path("0")), Instance(Path("1"))), 4, 4)
    assert beside(now, 1, _series(0, 5, orientation=CORONAL)) is None
    assert beside(now, 1, nowhere) is None
    assert beside(nowhere, 1, now) is None


def test_in_one_frame_of_reference_it_is_the_nearest_slice() -> None:
    now, thin = (
        replace(_series(*heights), frame_of_reference_uid="1.2")
        for heights in ((306, 303, 300), (310, 308, 306, 304, 302, 300))
    )
    assert beside(now, 1, thin) in (3, 4)
    assert beside(now, 2, thin) == 5


def test_two_people_are_not_laid_beside_each_other() -> None:
    now, other = (
        replace(_series(306, 303, 300), patient=Patient(name, name)) for name in ("Muster^Anna", "Other^Bob")
    )
    assert beside(now, 1, other) is None
