"""How long a reader waits from a click to a measured finding, in a thorax of 512 × 512 × 300 with a mass."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from lungview.errors import NoNodule
from lungview.image import phantom
from lungview.image.phantom.nodules import NODULES
from lungview.lung.lungs import lungs
from lungview.nodules.answer import Located
from lungview.nodules.outlining import segment
from lungview.nodules.outlining.outline import Voxel
from lungview.nodules.outlining.voxels import distance_from
from lungview.nodules.second_reader import located
from lungview.nodules.second_reader.block import Block
from lungview.nodules.second_reader.second_look import installed_judge
from lungview.study.volume import Volume
from tests.benchmarks.window.test_ui import clock, p95, told

DRAWN = phantom.Thorax(300, 512, lifelike=True)
SPACING = (DRAWN.step, DRAWN.pixel_spacing, DRAWN.pixel_spacing)
AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
MASS_MM, MASS_HU = 40.0, 40.0
DEPTH_MM = 10.0  # of the mass's middle, from the wall it grows out of
PARTS = (0.0, 0.5, 0.85)  # of the way from a middle to the surface
CLICKS = 54


@pytest.fixture(scope="module")
def healthy() -> Volume:
    values = np.stack([DRAWN.hu(k) for k in range(DRAWN.slices)])
    return Volume(values, SPACING, (0.0, 0.0, 0.0), AXES)


@pytest.fixture(scope="module")
def inside(healthy: Volume) -> np.ndarray:
    return np.asarray(lungs(healthy).values > 0)


@pytest.fixture(scope="module")
def middle(inside: np.ndarray) -> Voxel:
    """Of the mass: half way up the scan, where the right lung meets the ribs."""
    section = inside[150]
    row = int(section[:, :256].sum(axis=1).argmax())
    return 150, row, int(np.flatnonzero(section[row])[0]) + round(DEPTH_MM / SPACING[2])


@pytest.fixture(scope="module")
def block(healthy: Volume, middle: Voxel) -> Block:
    values = healthy.values.copy()
    grain = np.random.default_rng(1).normal(0, DRAWN.noise, values.shape)
    mass = distance_from(middle, values.shape, SPACING) <= MASS_MM / 2
    values[mass] = (MASS_HU + grain[mass]).astype(np.int16)
    return Block(values, SPACING, tuple(range(len(values))))


def _around(at: tuple[float, ...], radius_mm: float) -> Iterator[Voxel]:
    """In a middle, and twice on the way to the surface in each of three directions."""
    for part in PARTS:
        for turn in (0.3, 2.4, 4.5) if part else (0.0,):
            away = part * radius_mm * np.array([0.2, 0.98 * math.sin(turn), 0.98 * math.cos(turn)])
            z, y, x = (round(float(a + d / mm)) for a, d, mm in zip(at, away, SPACING, strict=True))
            yield z, y, x


def _nodules() -> Iterator[Voxel]:
    for nodule in NODULES:
        x, y, z = (a - b for a, b in zip(DRAWN.place_mm(nodule), DRAWN.position(0), strict=True))
        yield from _around((z / SPACING[0], y / SPACING[1], x / SPACING[2]), nodule.radius)


def _elsewhere(block: Block, inside: np.ndarray, count: int) -> list[Voxel]:
    """By turns at a vessel, in lung, and in what is not lung but dense: a wall, the heart, the liver."""
    values, rng = block.values, np.random.default_rng(1)
    kinds = (inside & (values > -200), inside & (values < -700), ~inside & (values > -100))
    places = [np.flatnonzero(kind) for kind in kinds]
    drawn = (int(rng.choice(places[k % 3])) for k in range(count))
    return [tuple(int(i) for i in np.unravel_index(at, values.shape)) for at in drawn]  # type: ignore[misc]


def test_a_click_is_a_measured_finding_in_half_a_second(
    block: Block, inside: np.ndarray, middle: Voxel
) -> None:
    judge = installed_judge()

    def found(at: Voxel) -> Located | None:
        try:
            outline = segment.outline(block.values, block.spacing_mm, at)
        except NoNodule:
            return None
        return located.of_outline(block, outline, judge)

    on_mass, on_nodules = list(_around(middle, MASS_MM / 2)), list(_nodules())
    clicks = [*on_mass, *on_nodules]
    clicks += _elsewhere(block, inside, CLICKS - len(clicks))
    found(on_nodules[0])  # what is read once, and never again
    seconds, answers = [], []
    for at in clicks:
        begun = clock()
        answers.append(found(at))
        seconds.append(clock() - begun)
    told("from a click to a finding", seconds)
    masses = [a.finding.long_mm for a in answers[: len(on_mass)] if a is not None]
    assert len(masses) >= 5
    assert all(answers[len(on_mass) : len(on_mass) + len(on_nodules)])
    assert np.median([m for m in masses if m]) == pytest.approx(MASS_MM, abs=6)
    assert p95(seconds) <= 0.5
