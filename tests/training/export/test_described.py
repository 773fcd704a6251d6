"""The card that a run begins with: counts by part, the sources, and nothing measured yet."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.model.card import ClassLabel
from lungview.training.data.dataset import Samples

pytestmark = pytest.mark.tensorflow
pytest.importorskip("tensorflow")
from lungview.training.export import described
from tests.training import sides

SPLITS = np.array(["train"] * 3 + ["valid"] * 2 + ["test"])
CLASSES = (ClassLabel("lower", "Lower", False), ClassLabel("upper", "Upper", False))


def samples() -> Samples:
    count = len(SPLITS)
    sources = np.array(["there", "here"] * 3)
    pictures, targets = np.zeros((count, 8, 8), np.uint8), np.eye(2, dtype=np.float32)[[0, 1] * 3]
    paths = tuple(f"{k}.png" for k in range(count))
    return Samples(CLASSES, pictures, targets, np.arange(count), SPLITS, sources, paths)


def test_the_parts_are_counted_and_the_sources_named() -> None:
    card = described.describe(sides.config(), samples(), temperature=1.23456)
    assert card.split.startswith("3 to train, 2 to validate, 1 to test;")
    assert (card.data, card.temperature, card.classes) == ("here, there", 1.2346, CLASSES)


def test_what_the_configuration_says_of_its_data_is_said_instead() -> None:
    card = described.describe(sides.config(data_note="two wards"), samples(), temperature=1.0)
    assert card.data == "two wards"
