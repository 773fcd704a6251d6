"""A click on the solid part of a part-solid nodule gives all of it, with the solid part's size beside."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.nodules.density import kind, whole_axes
from lungview.nodules.finding import Density
from lungview.nodules.outlining.looks import glass
from lungview.nodules.outlining.nodule import Nodule
from lungview.nodules.outlining.segment import outline
from tests.nodules.phantoms import GLASS, LUNG, PIXEL, SOLID, ball, middle


def part_solid(
    diameter: float, core: float, thickness: float, blur: float, aside: int = 0
) -> tuple[np.ndarray, tuple[float, float, float], tuple[int, int, int]]:
    """A ball of glass with a solid one in it, `aside` pixels off its middle; and where that is."""
    scan, spacing = ball(diameter, thickness, blur, hu=GLASS)
    solid, _ = ball(core, thickness, blur, noise_hu=0.0)
    first = [(a - b) // 2 for a, b in zip(scan.shape, solid.shape, strict=True)]
    z, y, x = (slice(f, f + n) for f, n in zip(first, solid.shape, strict=True))
    scan[z, y, x.start + aside : x.stop + aside] += (solid - LUNG) / (SOLID - LUNG) * (SOLID - GLASS)
    row, column = middle(scan)[1:]
    return scan, spacing, (middle(scan)[0], row, column + aside)


@pytest.mark.parametrize("blur", [0.4, 0.9])
@pytest.mark.parametrize("thickness", [1.25, 3.0, 5.0])
@pytest.mark.parametrize(("diameter", "core", "aside"), [(20, 8, 0), (22, 8, 0), (22, 8, 6), (22, 14, 0)])
def test_a_click_on_the_core_gives_the_whole_nodule(
    diameter: float, core: float, aside: int, thickness: float, blur: float
) -> None:
    assert aside * PIXEL + core / 2 < diameter / 2 - 2
    scan, spacing, at = part_solid(diameter, core, thickness, blur, aside)
    found = outline(scan, spacing, at)
    nodule = Nodule(scan, found)
    is_kind = kind(nodule)
    whole = whole_axes(nodule, is_kind)
    assert (whole.long_mm + whole.short_mm) / 2 == pytest.approx(diameter, abs=1.2)
    assert is_kind.density is Density.PART_SOLID
    assert is_kind.solid is not None
    assert (is_kind.solid.long_mm + is_kind.solid.short_mm) / 2 == pytest.approx(core, abs=1.2)


def test_a_click_on_the_glass_gives_the_same_nodule() -> None:
    scan, spacing, (z, y, x) = part_solid(22, 8, 1.25, 0.6)
    core, rim = (outline(scan, spacing, (z, y, x + aside)).whole() for aside in (0, 10))
    assert 2 * (core & rim).sum() / (core.sum() + rim.sum()) > 0.95


def test_glass_that_goes_on_beyond_the_first_surroundings_is_taken_too() -> None:
    scan, spacing, at = part_solid(36, 12, 2.5, 0.6, aside=12)
    found = outline(scan, spacing, at)
    assert found.mask.sum() * found.voxel_mm3 == pytest.approx(np.pi / 6 * 36**3, rel=0.15)


def test_a_solid_nodule_in_dense_lung_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lung is denser than elsewhere all around it: no rim of glass that ends."""
    scan, spacing = ball(8)
    dense = np.abs(np.arange(scan.shape[2]) - middle(scan)[2]) * PIXEL < 14
    dense = np.broadcast_to(dense, scan.shape)
    scan[dense] += np.clip(-scan[dense] - 600, 0, 200)
    found = outline(scan, spacing, middle(scan))
    monkeypatch.setattr(glass, "around", lambda *_: None)
    np.testing.assert_array_equal(found.whole(), outline(scan, spacing, middle(scan)).whole())


@pytest.mark.parametrize("diameter", [5, 8, 14, 24])
def test_around_a_solid_nodule_there_is_no_glass(diameter: float, monkeypatch: pytest.MonkeyPatch) -> None:
    scan, spacing = ball(diameter, 2.5, 0.9)
    found = outline(scan, spacing, middle(scan))
    monkeypatch.setattr(glass, "around", lambda *_: None)
    np.testing.assert_array_equal(found.whole(), outline(scan, spacing, middle(scan)).whole())
