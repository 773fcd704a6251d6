"""A series becomes a volume with its place in the patient, or the reason is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lungview.errors import Cancelled, GeometryError
from lungview.image.slice import Instance, Slice
from lungview.study import stack
from lungview.study.series import Series
from lungview.study.volume import AIR_HU, volume
from tests.study.conftest import Stored

Make = Callable[..., Stored]
STEP = [(10.0, 20.0, 2.5 * k) for k in range(5)]


def test_a_voxel_lies_where_the_header_puts_its_pixel(make_series: Make) -> None:
    """PS3.3 C.7.6.2.1.1: position + column index · column spacing · row cosine + the same for rows."""
    built = volume(*make_series(STEP))

    assert built.point_mm((3, 2, 5)) == pytest.approx((10 + 5 * 0.8, 20 + 2 * 0.5, 7.5))


def test_an_index_and_its_place_are_one(make_series: Make) -> None:
    turned = (0.0, 1.0, 0.0, math.sqrt(0.5), 0.0, -math.sqrt(0.5))
    normal = np.cross(turned[:3], turned[3:])
    built = volume(*make_series([tuple(normal * 2.5 * k) for k in range(4)], orientation=turned))
    index = np.random.default_rng(0).uniform(-3, 9, (50, 3))

    assert built.index(built.point_mm(index)) == pytest.approx(index)


def test_values_are_whole_read_only_hu(make_series: Make) -> None:
    built = volume(*make_series(STEP))

    assert built.values.dtype == np.int16
    assert built.values[:, 0, 0].tolist() == [0, 100, 200, 300, 400]
    with pytest.raises(ValueError, match="read-only"):
        built.values[0, 0, 0] = 1


def test_slices_are_put_in_order_along_the_normal(make_series: Make) -> None:
    series, read = make_series(STEP[::-1])
    built = volume(series, read)

    assert built.origin == (10.0, 20.0, 0.0)
    assert built.values[:, 0, 0].tolist() == [400, 300, 200, 100, 0]
    assert [i.instance_number for i in built.instances] == [5, 4, 3, 2, 1]


def test_what_the_scanner_did_not_measure_is_air(make_series: Make) -> None:
    series, read = make_series(STEP)

    def padded(instance: Instance) -> Slice:
        values = np.full((4, 6), -2000, np.float32)
        values[1, 1] = np.nan
        return replace(read(instance), values=values, padding=values == -2000)

    assert (volume(series, padded).values == AIR_HU).all()


def test_a_series_in_another_unit_keeps_its_fractions(make_series: Make) -> None:
    series, read = make_series(STEP, unit="")

    built = volume(series, lambda i: replace(read(i), values=read(i).values + np.float32(0.25)))

    assert built.values.dtype == np.float32
    assert built.values[2, 0, 0] == 200.25


def test_a_tilted_gantry_keeps_its_slant_and_is_told(make_series: Make) -> None:
    slant = math.tan(math.radians(15)) * 2.5
    built = volume(*make_series([(0.0, slant * k, 2.5 * k) for k in range(5)]))

    assert built.point_mm((4, 0, 0)) == pytest.approx((0.0, 4 * slant, 10.0))
    assert built.voxel_mm3 == pytest.approx(2.5 * 0.5 * 0.8)
    assert "15.0 degrees" in built.notes[0]


def test_irregular_spacing_is_interpolated_and_told(make_series: Make) -> None:
    heights = [0.0, 2.0, 4.0, 6.8, 8.0, 10.0]
    built = volume(*make_series([(0.0, 0.0, z) for z in heights]))

    expected = np.interp([0, 2, 4, 6, 8, 10], heights, [0, 100, 200, 300, 400, 500])
    assert built.values[:, 0, 0].tolist() == [round(v) for v in expected]
    assert "interpolated" in built.notes[0]


def test_positions_rounded_by_the_scanner_are_even(make_series: Make) -> None:
    built = volume(*make_series([(0.0, 0.0, round(0.625 * k, 1)) for k in range(41)]))

    assert built.spacing_mm[0] == pytest.approx(0.625)
    assert built.notes == ()


def test_slices_at_one_place_are_told(make_series: Make) -> None:
    built = volume(*make_series([*STEP, STEP[2]]))

    assert built.shape[0] == 5
    assert built.values[2, 0, 0] == 200
    assert "share their place" in built.notes[0]


@pytest.mark.parametrize(
    ("positions", "reason"),
    [
        (STEP[:1], "two slices or more, found 1"),
        ([STEP[0]] * 3, "two places or more"),
        ([*STEP[:3], (10.0, 20.0, 12.5), (10.0, 20.0, 15.0)], "gap of 7.50 mm between slices 3 and 4"),
        ([(0.0, 0.0, 0.0), (9.0, 0.0, 1.0), (0.0, 0.0, 2.0)], "slice 2 9.0 mm aside"),
        ([(0.0, 5.0 * k, 1.0 * k) for k in range(4)], "leans by 79 degrees"),
    ],
)
def test_slices_that_make_up_no_volume_are_refused_unread(
    make_series: Make, positions: list[tuple[float, float, float]], reason: str
) -> None:
    series, _ = make_series(positions)

    with pytest.raises(GeometryError, match=reason):
        volume(series, lambda instance: pytest.fail("a slice was read"))


def test_gaps_are_bridged_where_that_is_asked_for(make_series: Make) -> None:
    """Slices at 2.5 mm, of which two are missing, and beyond them at 5 mm: each keeps its own place."""
    heights = [0.0, 2.5, 5.0, 12.5, 15.0, 20.0, 25.0]
    series, read = make_series([(0.0, 0.0, z) for z in heights])
    built = volume(series, read, bridged=True)

    expected = np.interp(np.arange(11) * 2.5, heights, np.arange(7) * 100)
    assert built.spacing_mm[0] == 2.5
    assert built.values[:, 0, 0].tolist() == [round(v) for v in expected]
    assert built.gaps[0] == "gap of 7.50 mm between slices 3 and 4, expected 3.75 mm"
    numbers = [i.instance_number for i in built.instances]
    assert [numbers.index(k) * 2.5 for k in range(1, 8)] == heights


def test_a_gap_is_told_by_the_numbers_on_screen(make_series: Make) -> None:
    series, read = make_series([STEP[k] for k in (4, 3, 1, 0)])

    with pytest.raises(GeometryError, match="between slices 2 and 3,"):
        volume(series, read)


def test_gaps_too_wide_for_memory_are_refused(make_series: Make) -> None:
    series, read = make_series([*STEP, (10.0, 20.0, 9e9)])

    with pytest.raises(GeometryError, match="gaps are too wide"):
        volume(series, read, bridged=True)


def test_a_slice_without_position_is_refused(
    make_series: Make, without_geometry: Callable[[Series, int], Series]
) -> None:
    series, read = make_series(STEP)

    with pytest.raises(GeometryError, match="1 of 5 slices have no position"):
        volume(without_geometry(series, 3), read)


def test_mixed_sizes_are_refused(make_series: Make) -> None:
    series, read = make_series(STEP)
    other = replace(series.instances[1], rows=8)

    with pytest.raises(GeometryError, match="mixed sizes: 8 × 6, 4 × 6"):
        volume(replace(series, instances=(series.instances[0], other, *series.instances[2:])), read)


def test_turned_slices_are_refused(make_series: Make) -> None:
    series, read = make_series(STEP)
    turned = (math.cos(0.02), math.sin(0.02), 0.0, -math.sin(0.02), math.cos(0.02), 0.0)
    geometry = replace(series.instances[1].geometry, orientation=turned)  # type: ignore[type-var]
    other = replace(series.instances[1], geometry=geometry)

    with pytest.raises(GeometryError, match=r"turned by 1\.1 degrees"):
        volume(replace(series, instances=(series.instances[0], other, *series.instances[2:])), read)


def test_no_pixel_spacing_is_refused(make_series: Make) -> None:
    series, read = make_series(STEP)

    with pytest.raises(GeometryError, match="Pixel Spacing is absent"):
        volume(replace(series, spacing=None), read)


def test_a_slice_that_decodes_to_another_size_is_refused(make_series: Make) -> None:
    series, read = make_series(STEP)

    def shrunk(instance: Instance) -> Slice:
        return replace(read(instance), values=np.zeros((2, 2), np.float32))

    with pytest.raises(GeometryError, match="4 × 6 expected, found 2 × 2"):
        volume(series, shrunk)


def test_colour_is_refused(make_series: Make) -> None:
    series, read = make_series(STEP)

    with pytest.raises(GeometryError, match="colour"):
        volume(series, lambda i: replace(read(i), values=np.zeros((4, 6, 3), np.uint8)))


def test_too_many_slices_are_thinned_out_and_told(make_series: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "MAX_VOXELS", 24 * 10)
    series, read = make_series([(0.0, 0.0, 0.5 * k) for k in range(30)])
    asked: list[Instance] = []
    built = volume(series, lambda i: asked.append(i) or read(i))  # type: ignore[func-returns-value]

    assert built.shape == (10, 4, 6)
    assert len(asked) == 10
    assert built.spacing_mm[0] == pytest.approx(1.5)
    assert built.notes == ("30 slices are too many to hold: 1 in 3 is used, 20 are left out",)


def test_a_volume_that_would_be_too_coarse_is_refused(
    make_series: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "MAX_VOXELS", 24 * 10)
    series, _ = make_series([(0.0, 0.0, 2.0 * k) for k in range(30)])

    with pytest.raises(GeometryError, match="too large"):
        volume(series, lambda instance: pytest.fail("a slice was read"))


def test_each_slice_is_told_as_it_comes(make_series: Make) -> None:
    told: list[tuple[int, int]] = []
    volume(*make_series(STEP), on_slice=lambda done, total: told.append((done, total)))

    assert told == [(k, 5) for k in range(1, 6)]


def test_it_can_be_stopped_between_slices(make_series: Make) -> None:
    series, read = make_series(STEP)
    asked: list[Instance] = []

    with pytest.raises(Cancelled):
        volume(
            series,
            lambda i: asked.append(i) or read(i),  # type: ignore[func-returns-value]
            cancelled=lambda: len(asked) == 2,
        )
    assert len(asked) == 2
