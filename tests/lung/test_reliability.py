"""What of the lungs a scan has, and what may be said of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lungview.lung.quantify import Density, Quantities
from lungview.lung.reliability import UNKNOWN, WHOLE, Coverage, coverage
from lungview.lung.technique import Technique

MM = (1.0, 0.7, 0.7)


@pytest.fixture
def lung() -> np.ndarray:
    labels = np.zeros((40, 40, 40), np.uint8)
    labels[2:-2, 2:-2, 2:-2] = 1
    return labels


def test_a_whole_lung_in_thin_slices_may_be_told(lung: np.ndarray) -> None:
    found = coverage(lung, MM, Technique(3.0), (), ())
    assert (found, found.complete, found.reasons, found.mark) == (WHOLE, True, (), ())


def test_thick_slices_and_what_the_mask_lacks_are_reasons(lung: np.ndarray) -> None:
    found = coverage(lung, MM, Technique(5.0), (), ("no left lung found",))
    assert found.reasons == ("no left lung found", "slices 5 mm thick or apart: at most 3 mm are expected")
    assert found.mark == (
        "of one lung, not comparable with both",
        "of thick slices, not comparable with thin ones",
    )
    assert not found.complete


def test_thick_slices_of_whole_lungs_are_complete_and_marked() -> None:
    found = replace(WHOLE, thick="slices 5 mm thick")
    assert found.complete
    assert found.mark == ("of thick slices, not comparable with thin ones",)


def test_part_of_the_lungs_says_so_and_is_not_compared_with_whole_ones() -> None:
    found = replace(WHOLE, cut=("the lungs reach the lowest slice",))
    assert not found.complete
    assert found.mark == ("of the part scanned, not comparable with whole lungs",)
    assert found.reasons == ("the lungs reach the lowest slice",)


def test_how_much_there_is_has_no_default() -> None:
    with pytest.raises(TypeError):
        Coverage()  # type: ignore[call-arg]


def test_numbers_without_detail_are_of_lungs_nobody_knows_to_be_whole() -> None:
    part = Density(4000.0, 3600.0, -850.0, 0.06, -930.0)
    found = Quantities(part, part, part, part, part, part).coverage
    assert (found, found.complete, found.extent, found.of_scan) == (UNKNOWN, False, "unknown", True)
    assert found.reasons == ("nobody has looked whether both lungs are in the scan",)
    assert found.mark == ("of lungs that may be cut off, not comparable with whole ones",)


@pytest.mark.parametrize("end", [(slice(None), 0), (slice(None), -1), (..., 0), (..., -1)])
def test_a_lung_on_any_edge_of_the_picture_is_cut(lung: np.ndarray, end) -> None:
    lung[end] = 1
    assert coverage(lung, MM, Technique(1.0), (), ()).cut == (
        "the lungs reach the edge of the picture: part of them is not in it",
    )
