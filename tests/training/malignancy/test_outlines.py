"""The outline's coefficients come from one command, in the form that the program reads."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from lungview.nodules.outlining import choice
from lungview.nodules.outlining.choice import Quadratic
from lungview.training.malignancy import outlines
from tests.nodules.phantoms import ball


@pytest.fixture
def nodules(tmp_path: Path) -> Path:
    """Two balls to train on."""
    boxes = {}
    with (tmp_path / "index.csv").open("w", newline="") as listing:
        rows = csv.writer(listing)
        axes = [f"spacing_{axis}_mm" for axis in "zyx"]
        rows.writerow(["key", "patient", "split", "malignancy", "diameter_mm", *axes])
        for key, diameter in (("a", 6.0), ("b", 9.0)):
            scan, spacing = ball(diameter, noise_hu=5.0)
            boxes[key] = np.clip((scan + 1024) / 8, 0, 255).astype(np.uint8)
            boxes[key + ".mask"] = np.packbits(scan > -400)
            rows.writerow([key, key, "train", 3, diameter, *spacing])
    np.savez(tmp_path / "vois.npz", **boxes)
    return tmp_path


def test_the_command_writes_coefficients_as_many_as_the_program_has(nodules, tmp_path):
    outlines.main([str(nodules), str(tmp_path / "outline.json")])
    found = choice.read(tmp_path / "outline.json")
    assert found.weights.shape == choice.shipped().weights.shape
    assert np.isfinite(found.weights).all()


def test_what_is_written_is_read_again_to_seven_digits(tmp_path):
    rng = np.random.default_rng(0)
    made = Quadratic(rng.normal(size=3), rng.uniform(1, 2, 3), rng.normal(size=9), 0.123456789)
    outlines.write(made, tmp_path / "o.json")
    found = choice.read(tmp_path / "o.json")
    for name in ("mean", "deviation", "weights"):
        np.testing.assert_allclose(getattr(found, name), getattr(made, name), rtol=1e-6)
    assert found.offset == pytest.approx(made.offset, rel=1e-6)
