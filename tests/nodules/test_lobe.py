"""The lobe that a place suggests, in two lungs of 240 mm height and 160 mm depth."""

import numpy as np
import pytest

from lungview.lung.lungs import LEFT, RIGHT, LungMask
from lungview.nodules.lobe import Lobe, suggest
from lungview.study.volume import Volume

SHAPE, STEP = (60, 60, 80), 4.0  # slices from the feet up, rows from front to back, columns to the left


def lungs(feet_first: bool = True) -> tuple[Volume, LungMask]:
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 10:50, 5:30] = RIGHT
    labels[:, 10:50, 50:75] = LEFT
    up = 1.0 if feet_first else -1.0
    start = 0.0 if feet_first else (SHAPE[0] - 1) * STEP
    axes = ((0.0, 0.0, up), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    values = np.zeros(SHAPE, np.int16)
    volume = Volume(values, (STEP, STEP, STEP), (0.0, 0.0, start), axes)
    return volume, LungMask(labels if feet_first else labels[::-1].copy())


def place(side: str, behind: float, down: float) -> tuple[float, float, float]:
    return {"right": 70.0, "left": 250.0}[side], 40.0 + 156.0 * behind, 236.0 * (1 - down)


@pytest.mark.parametrize("feet_first", [True, False])
@pytest.mark.parametrize(
    ("side", "behind", "down", "lobe"),
    [
        ("right", 0.5, 0.05, Lobe.RUL),
        ("right", 0.1, 0.3, Lobe.RUL),
        ("right", 0.2, 0.7, Lobe.RML),
        ("right", 0.9, 0.9, Lobe.RLL),
        ("right", 0.95, 0.5, Lobe.RLL),
        ("left", 0.5, 0.05, Lobe.LUL),
        ("left", 0.2, 0.7, Lobe.LUL),  # the lingula
        ("left", 0.9, 0.9, Lobe.LLL),
    ],
)
def test_a_place_suggests_its_lobe(feet_first, side, behind, down, lobe) -> None:
    found = suggest(*lungs(feet_first), place(side, behind, down))
    assert found is not None
    assert (found.lobe, found.doubtful) == (lobe, False)


@pytest.mark.parametrize(("behind", "down"), [(0.5, 0.6), (0.1, 0.45)])
def test_near_a_fissure_the_suggestion_is_doubtful(behind: float, down: float) -> None:
    found = suggest(*lungs(), place("right", behind, down))
    assert found is not None
    assert found.doubtful


def test_a_nodule_on_the_pleura_still_has_its_lobe() -> None:
    _, y, z = place("left", 0.9, 0.9)
    found = suggest(*lungs(), (300.0 + 8.0, y, z))
    assert found is not None
    assert found.lobe is Lobe.LLL


@pytest.mark.parametrize("x", [160.0, -400.0, 9000.0])
def test_far_from_both_lungs_nothing_is_suggested(x: float) -> None:
    _, y, z = place("left", 0.5, 0.5)
    assert suggest(*lungs(), (x, y, z)) is None


def test_the_lingula_belongs_to_an_upper_lobe_and_the_middle_lobe_does_not() -> None:
    assert [lobe.value for lobe in Lobe if lobe.upper] == ["RUL", "LUL"]
