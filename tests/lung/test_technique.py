"""What makes a comparison of two scans unsure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lungview.image.slice import Instance
from lungview.lung.technique import Technique, doubts, technique_of
from lungview.study.volume import Volume

SHARP = Technique(1.0, "B70f", "", "120")
ML = (5000.0, 5000.0)


def made(**traits: str) -> Technique:
    axes = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    instance = Instance(Path("a"), traits=tuple((k.replace("_", " "), v) for k, v in traits.items()))
    values = np.zeros((2, 2, 2), np.int16)
    return technique_of(Volume(values, (1.5, 1.0, 1.0), (0.0, 0.0, 0.0), axes, (instance,) * 2))


def test_the_technique_is_that_of_the_headers() -> None:
    found = made(kernel="B70f", thickness="2.5", contrast_agent="Iohexol", voltage="120")
    assert found == Technique(2.5, "B70f", "Iohexol", "120")


@pytest.mark.parametrize("agent", ["", "NONE", "no"])
def test_slices_apart_are_as_thick_as_far_and_an_agent_may_be_none(agent: str) -> None:
    assert made(thickness="1.0", contrast_agent=agent) == Technique(1.5)


def test_scans_that_were_made_alike_leave_no_doubt() -> None:
    assert doubts(SHARP, SHARP, (5000.0, 5400.0)) == ()


@pytest.mark.parametrize(
    ("now", "ml", "said"),
    [
        (Technique(2.5, "B70f", "", "120"), ML, "slices of 1 mm before, 2.5 mm now"),
        (Technique(1.0, "B31f", "", "120"), ML, "reconstruction kernel B70f before, B31f now"),
        (Technique(1.0, "", "", "120"), ML, "a reconstruction kernel is not told"),
        (Technique(1.0, "B70f", "", "80"), ML, "120 kV before, 80 kV now"),
        (Technique(1.0, "B70f", "Iohexol", "120"), ML, "no contrast agent before, one now"),
        (SHARP, (5000.0, 4000.0), "lung volume -20%: another depth of breath, or another lung"),
    ],
)
def test_each_difference_is_said(now: Technique, ml: tuple[float, float], said: str) -> None:
    assert doubts(SHARP, now, ml) == (said,)
