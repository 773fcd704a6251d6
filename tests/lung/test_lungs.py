"""The lungs of the synthetic thorax, whose volumes are known, turned and cut in every way."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest

from lungview.errors import Cancelled, InputError
from lungview.image import phantom
from lungview.image.phantom.canvas import AIR
from lungview.lung.lungs import LEFT, RIGHT, lungs
from lungview.lung.mask.body import body
from lungview.study.volume import Volume

AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))


@lru_cache(maxsize=8)
def _values(thorax: phantom.Thorax) -> np.ndarray:
    return phantom.volume(thorax)


@lru_cache(maxsize=8)
def _truth(thorax: phantom.Thorax) -> np.ndarray:
    return np.stack([thorax.lung_share(index) for index in range(thorax.slices)])


def _placed(values: np.ndarray, thorax: phantom.Thorax) -> Volume:
    return Volume(values, (thorax.step, thorax.pixel_spacing, thorax.pixel_spacing), (0.0, 0.0, 0.0), AXES)


def _volume(thorax: phantom.Thorax, part: slice = slice(None)) -> Volume:
    return _placed(_values(thorax)[part], thorax)


def _ml(mask: np.ndarray, volume: Volume) -> float:
    return float(mask.sum()) * volume.voxel_mm3 / 1000


THORAX = phantom.Thorax(slices=68, matrix=192)


@pytest.fixture(scope="module")
def whole() -> Volume:
    return _volume(THORAX)


@pytest.mark.parametrize("cut", [(1, 0), (0, 1), (1, 1)], ids=["right", "left", "both"])
def test_lungs_cut_off_by_the_edge_of_the_picture_are_found(cut: tuple[int, int]) -> None:
    """Of a field of view that is no wider than the lungs, an edge of which lies 5 mm inside them."""
    truth = _truth(THORAX)
    lung = np.flatnonzero(truth.any(axis=(0, 1)))
    within = round(5 / THORAX.pixel_spacing)
    part = slice(int(lung[0]) + within if cut[0] else None, int(lung[-1]) - within if cut[1] else None)
    volume = _placed(np.ascontiguousarray(_values(THORAX)[:, :, part]), THORAX)

    assert _ml(lungs(volume).values > 0, volume) == pytest.approx(_ml(truth[:, :, part], volume), rel=0.02)


def test_lungs_cut_off_by_the_circle_of_what_was_measured_are_found() -> None:
    """A slice's padding around a circle that is 10 mm narrower than both lungs together."""
    truth, values = _truth(THORAX), _values(THORAX).copy()
    lung = np.flatnonzero(truth.any(axis=(0, 1)))
    rows, columns = (np.arange(n) for n in values.shape[1:])
    radius = (lung[-1] - lung[0]) / 2 - 5 / THORAX.pixel_spacing
    away = np.hypot(rows[:, None] - rows.mean(), columns - columns.mean())
    values[:, away > radius] = -1024
    volume = _placed(values, THORAX)

    expected = _ml(truth * (away <= radius), volume)
    assert _ml(lungs(volume).values > 0, volume) == pytest.approx(expected, rel=0.02)


def test_foam_cut_off_by_the_edge_of_the_picture_is_no_lung() -> None:
    """The patient lies on it, and it reaches as far to the edge as lung may."""
    truth, values = _truth(THORAX), _values(THORAX).copy()
    body = np.flatnonzero((values > -400).any(axis=(0, 2)))
    middle = values.shape[2] // 2
    under = values[:, body[-1] - 6 :, middle - 15 : middle + 15]
    under[under < -400] = -940
    volume = _placed(np.ascontiguousarray(values[:, : body[-1] - 2]), THORAX)

    assert _ml(lungs(volume).values > 0, volume) == pytest.approx(_ml(truth, volume), rel=0.01)


def test_a_mattress_is_no_part_of_the_body() -> None:
    """It is as dense as lung, above a table, and open on both sides of a body that reaches the edge."""
    values = np.full((1, 256, 256), -1000, np.int16)
    cv2.ellipse(values[0], (128, 110), (140, 70), 0, 0, 360, 40, -1)
    for x in (70, 186):
        cv2.ellipse(values[0], (x, 110), (35, 50), 0, 0, 360, -850, -1)
    alone = body(values, pixel_mm=1.2)
    under = values[0, 150:210]
    under[under == -1000] = -850
    values[0, 210:215] = 100

    assert np.array_equal(body(values, pixel_mm=1.2), alone)


@pytest.mark.parametrize(
    "thorax",
    [THORAX, phantom.Thorax(34, 192, noise=30), phantom.Thorax(60, 160, slice_spacing=1.5)],
    ids=["4 mm", "8 mm, noisy", "1.5 mm"],
)
def test_each_lung_has_its_volume_to_one_per_cent(thorax: phantom.Thorax) -> None:
    volume, truth = _volume(thorax), _truth(thorax)
    found, middle = lungs(volume).values, thorax.matrix // 2

    assert _ml(found == RIGHT, volume) == pytest.approx(_ml(truth[:, :, :middle], volume), rel=0.01)
    assert _ml(found == LEFT, volume) == pytest.approx(_ml(truth[:, :, middle:], volume), rel=0.01)


def test_the_mask_lies_on_the_lungs(whole: Volume) -> None:
    found, truth = lungs(whole).values > 0, _truth(THORAX) > 0.5
    dice = 2 * (found & truth).sum() / (found.sum() + truth.sum())

    assert dice > 0.98


def test_the_nodule_is_inside(whole: Volume) -> None:
    index, row, column = THORAX.nodule

    assert lungs(whole).values[index, round(row), round(column)] == RIGHT


def test_the_trachea_is_outside(whole: Volume) -> None:
    found = lungs(whole).values
    air = (whole.values < AIR + 60) & (found > 0)

    assert _ml(air, whole) < 3


@pytest.mark.parametrize("flips", [(1, 1, -1), (1, -1, 1), (-1, 1, 1), (-1, -1, -1)])
def test_sides_are_the_patients_whichever_way_the_array_runs(
    whole: Volume, flips: tuple[int, int, int]
) -> None:
    axes = tuple(tuple(f * v for v in axis) for f, axis in zip(flips, AXES, strict=True))
    turn = tuple(slice(None, None, f) for f in flips)
    flipped = Volume(whole.values[turn].copy(), whole.spacing_mm, whole.origin, axes)  # type: ignore[arg-type]

    assert np.array_equal(lungs(flipped).values[turn], lungs(whole).values)


def test_a_coronal_stack_has_the_same_lungs(whole: Volume) -> None:
    """Slices from the front to the back, rows downwards."""
    spacing = (whole.spacing_mm[1], whole.spacing_mm[0], whole.spacing_mm[2])
    axes = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0))
    coronal = Volume(whole.values[::-1].transpose(1, 0, 2).copy(), spacing, (0.0, 0.0, 0.0), axes)

    assert np.array_equal(lungs(coronal).values.transpose(1, 0, 2)[::-1], lungs(whole).values)


@pytest.mark.parametrize(
    ("part", "note"), [(slice(50, 68), "lowest"), (slice(0, 25), "highest")], ids=["apices", "bases"]
)
def test_a_part_of_the_chest_gives_its_part_of_the_lungs(part: slice, note: str) -> None:
    volume = _volume(THORAX, part)
    found = lungs(volume)

    assert _ml(found.values > 0, volume) == pytest.approx(_ml(_truth(THORAX)[part], volume), rel=0.03)
    assert any(f"the lungs reach the {note} slice" in text for text in found.notes)


def test_one_lung_is_found_and_the_other_is_missed() -> None:
    values = _values(THORAX).copy()
    right = (_truth(THORAX) > 0) & (np.arange(THORAX.matrix) < THORAX.matrix // 2)
    values[right] = 40  # an effusion
    found = lungs(_placed(values, THORAX))

    assert "no right lung found" in found.notes
    assert (found.values == RIGHT).sum() == 0
    assert (found.values == LEFT).any()


def test_a_mass_on_the_ribs_is_inside() -> None:
    """A half ball of 20 mm radius on the wall, at the height of the hilum."""
    index, radius = 38, 20.0
    values, truth = _values(THORAX).copy(), _truth(THORAX)
    row = THORAX.matrix // 2
    edge = int(np.flatnonzero(truth[index, row] > 0.5)[0])
    k, r, c = np.indices(values.shape)
    away = np.hypot(
        np.hypot((r - row) * THORAX.pixel_spacing, (c - edge) * THORAX.pixel_spacing),
        (k - index) * THORAX.step,
    )
    mass = (away < radius) & (truth > 0.5)
    values[mass] = 40
    found = lungs(_placed(values, THORAX)).values

    assert (found[mass] == RIGHT).mean() > 0.85


def test_bowel_gas_is_no_lung() -> None:
    """Pockets of gas in the belly, under both lungs."""
    values = _values(THORAX).copy()
    values[0:6, 82:98, 112:142] = -1000
    values[0:6, 60:75, 60:75] = -990
    found = lungs(_placed(values, THORAX)).values

    assert not found[0:6, 84:96, 114:140].any()
    assert not found[0:6, 62:73, 62:73].any()


def _blank(kind: str) -> np.ndarray:
    rng = np.random.default_rng(3)
    shape = (20, 128, 128)
    values = np.full(shape, -1000, np.int16)
    if kind == "noise":
        return rng.normal(-500, 400, shape).astype(np.int16)
    if kind != "air":
        r, c = np.indices(shape[1:])
        values[:, np.hypot(r - 64, c - 64) < 50] = 40
    if kind == "gas":
        values[:, 50:70, 50:80] = -1000
    return values + rng.normal(0, 10, shape).astype(np.int16)


@pytest.mark.parametrize("kind", ["air", "water", "gas", "noise"])
def test_where_there_are_no_lungs_it_says_so(kind: str) -> None:
    with pytest.raises(InputError, match="no lungs found"):
        lungs(Volume(_blank(kind), (2.0, 2.0, 2.0), (0.0, 0.0, 0.0), AXES))


def test_other_units_than_hu_are_refused(whole: Volume) -> None:
    other = Volume(whole.values.copy(), whole.spacing_mm, whole.origin, AXES, unit="BQML")

    with pytest.raises(InputError, match="BQML"):
        lungs(other)


def test_it_can_be_stopped(whole: Volume) -> None:
    with pytest.raises(Cancelled):
        lungs(whole, cancelled=lambda: True)


def test_the_mask_is_read_only(whole: Volume) -> None:
    with pytest.raises(ValueError, match="read-only"):
        lungs(whole).values[0, 0, 0] = 1
