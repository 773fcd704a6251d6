"""Scans of one thorax: lungs that are as large and as low as is said here."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lungview.lung.lungs import LEFT, RIGHT, LungMask
from lungview.lung.quantify import quantify
from lungview.lung.reliability import WHOLE, Coverage
from lungview.lung.technique import Technique
from lungview.report.lungs.words import Scan
from lungview.study.volume import Volume

AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
SHARP = Technique(1.0, "B70f", "", "120")


def thorax(share: float, tall: int = 60) -> tuple[Volume, LungMask]:
    """Two lungs of `tall` × 40 × 20 voxels of 1 mm³: a share of the rows of each slice is −960 HU."""
    values = np.full((tall + 4, 44, 54), -850, np.int16)
    values[:, 2 : 2 + round(40 * share)] = -960
    labels = np.zeros(values.shape, np.uint8)
    labels[2:-2, 2:-2, 2:22], labels[2:-2, 2:-2, 32:52] = RIGHT, LEFT
    return Volume(values, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), AXES), LungMask(labels)


def scan(date: str = "20240131", share: float = 0.1, technique: Technique = SHARP, tall: int = 60) -> Scan:
    """The lungs of `thorax`."""
    found = quantify(*thorax(share, tall))
    assert found.detail is not None
    return Scan(date, replace(found, detail=replace(found.detail, technique=technique)), "Thorax")


CUT = "the lungs reach the lowest slice: they may go on beyond it"
THICK = "slices 5 mm thick or apart: at most 3 mm are expected"


def covered(date: str, coverage: Coverage) -> Scan:
    """The lungs of `thorax` where the scan has no more of them than is said here."""
    found = scan(date).lungs
    assert found is not None
    assert found.detail is not None
    return Scan(date, replace(found, detail=replace(found.detail, coverage=coverage)), "Thorax")


@pytest.fixture
def part() -> Scan:
    """A scan that ends within the lungs."""
    return covered("20240131", replace(WHOLE, cut=(CUT,)))


@pytest.fixture
def unmeasured() -> Scan:
    return Scan("20240131", None, why="no lungs found")
