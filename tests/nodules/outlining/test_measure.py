"""Axes, volume and kind of density of shapes whose measures are known."""

import numpy as np
import pytest

from lungview.nodules.density import kind, whole_axes
from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.outlining.measure import axes, axes_at
from lungview.nodules.outlining.nodule import Nodule
from lungview.nodules.outlining.outline import Outline
from lungview.nodules.outlining.segment import outline, outline_in_box
from tests.nodules.phantoms import GLASS, SOLID, ball, middle


def drawn(mask: np.ndarray, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Outline:
    return Outline(mask, (0, 0, 0), mask.shape, spacing, -860.0, 40.0)  # type: ignore[arg-type]


def test_axes_of_an_ellipse_are_its_own_in_the_slice_where_it_is_longest() -> None:
    y, x = np.indices((60, 60)) - 30
    mask = np.zeros((3, 60, 60), bool)
    mask[0] = (x / 8) ** 2 + (y / 8) ** 2 <= 1
    mask[1] = (x / 20) ** 2 + (y / 10) ** 2 <= 1
    found = axes(drawn(mask, (2.0, 0.5, 0.5)))
    assert found.slice_index == 1
    assert (found.long_mm, found.short_mm) == pytest.approx((20.0, 10.0), abs=0.7)


def test_axes_are_in_millimetres_where_pixels_are_not_square() -> None:
    mask = np.zeros((1, 30, 30), bool)
    mask[0, 5:25, 10:20] = True
    found = axes(drawn(mask, (1.0, 0.5, 2.0)))
    assert found.long_mm == pytest.approx(np.hypot(9.5, 20), abs=1.5)


def test_an_axis_says_where_it_lies_in_the_scan() -> None:
    mask = np.zeros((1, 3, 9), bool)
    mask[0, 1] = True
    found = axes(Outline(mask, (4, 10, 20), (9, 40, 40), (1.0, 1.0, 1.0), -860.0, 40.0))
    assert found.slice_index == 4
    assert sorted(found.long) == [(11.0, 19.5), (11.0, 28.5)]


@pytest.mark.parametrize(
    ("hu", "density"),
    [(SOLID, Density.SOLID), (GLASS, Density.GROUND_GLASS), (500.0, Density.CALCIFIED), (-80.0, Density.FAT)],
)
def test_a_ball_of_one_substance_is_of_that_density(hu: float, density: Density) -> None:
    scan, spacing = ball(14, hu=hu)
    found = outline(scan, spacing, middle(scan))
    assert kind(Nodule(scan, found)).density is density


def test_a_solid_core_in_ground_glass_is_part_solid_with_its_size() -> None:
    scan, spacing = ball(22, hu=GLASS)
    core, _ = ball(8, hu=SOLID + 1)
    offset = [(a - b) // 2 for a, b in zip(scan.shape, core.shape, strict=True)]
    place = tuple(slice(o, o + n) for o, n in zip(offset, core.shape, strict=True))
    scan[place] = np.maximum(scan[place], core)
    z, y, x = middle(scan)
    box = (slice(z - 8, z + 9), slice(y - 16, y + 17), slice(x - 16, x + 17))
    found = outline_in_box(scan, spacing, box)
    nodule = Nodule(scan, found)
    is_kind = kind(nodule)
    assert is_kind.density is Density.PART_SOLID
    assert is_kind.solid is not None
    assert is_kind.solid.long_mm == pytest.approx(8, abs=0.8)
    whole = whole_axes(nodule, is_kind)  # its glass with it
    assert (whole.long_mm + whole.short_mm) / 2 == pytest.approx(22, abs=0.8)


def test_a_finding_of_one_kind_of_size_is_rounded_to_whole_millimetres() -> None:
    found = Finding((3, 5), Source.READER, Status.ACCEPTED, long_mm=8.4, short_mm=6.6)
    assert found.mean_mm == 8  # 7.5, halves up


@pytest.mark.parametrize("wrong", [{"probability": 1.2}, {"score": -0.1}, {"slices": (4, 3)}])
def test_a_finding_refuses_what_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Finding(**{"slices": (1, 2), "source": Source.MODEL, "status": Status.PROPOSED, **wrong})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("diameter", "thickness"), [(5.0, 1.25), (8.0, 2.5), (9.0, 3.0), (7.0, 5.0), (9.1, 2.5)]
)
def test_a_small_solid_ball_in_thick_slices_is_not_called_fat(diameter: float, thickness: float) -> None:
    scan, spacing = ball(diameter, thickness, noise_hu=15.0)
    found = outline(scan, spacing, middle(scan))
    assert kind(Nodule(scan, found)).density is not Density.FAT


@pytest.mark.parametrize("blur", [0.4, 0.6, 0.9])
@pytest.mark.parametrize("diameter", [4, 6, 8, 12, 20])
@pytest.mark.parametrize("hu", [SOLID, GLASS])
def test_axes_of_a_ball_are_its_diameter_whatever_the_kernel(hu: float, diameter: int, blur: float) -> None:
    """Also of a ball that its outline, as readers draw them, is a millimetre too wide for."""
    scan, spacing = ball(diameter, blur_mm=blur, hu=hu)
    found = outline(scan, spacing, middle(scan))
    nodule = Nodule(scan, found)
    size = whole_axes(nodule, kind(nodule))
    assert (size.long_mm + size.short_mm) / 2 == pytest.approx(diameter, abs=0.6 if diameter > 4 else 0.8)


def test_where_nothing_reaches_the_level_the_axes_are_the_outlines() -> None:
    mask = np.ones((1, 4, 9), bool)
    assert axes_at(np.full(mask.shape, -800.0), drawn(mask), -100.0) == axes(drawn(mask))
