"""Slices and models that classify's tests share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.image.phantom import Thorax
from lungview.image.slice import Instance, Slice
from lungview.model.card import read_card
from lungview.model.registry import Entry

TINY = Path(__file__).parents[1] / "data" / "tiny_model"


@pytest.fixture(scope="session")
def tiny() -> Entry:
    """A real network that tells a bright square from a dark one; a card without a limit on the distance."""
    return Entry(replace(read_card(TINY), ood_threshold=float("inf")), TINY)


@pytest.fixture(scope="session")
def chest() -> Slice:
    """A slice through the lungs of the synthetic thorax, in HU."""
    thorax = Thorax()
    values = thorax.hu(thorax.slices // 2).astype(np.float32)
    return Slice(Instance(Path("chest.dcm"), modality="CT"), values, unit="HU", body_part="CHEST")


def raster(values: np.ndarray) -> Slice:
    """What a PNG file gives."""
    return Slice(Instance(Path("picture.png")), np.array(values))
