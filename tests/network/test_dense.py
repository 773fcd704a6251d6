"""A findings model answers with maps, and nothing else may ask it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.errors import ModelError, WeightsError
from lungview.model.card import ClassLabel, ModelCard
from lungview.model.registry import Entry
from lungview.network import dense, runtime

MODELS = Path(__file__).parent / "models"
HEADS = tuple(ClassLabel(k, k, malignant=False) for k in ("nodule", "malignancy", "opacity"))


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    content = (MODELS / "maps.tflite").read_bytes()
    (tmp_path / "model.tflite").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Entry(ModelCard("m", "M", "1", "findings", "unet", HEADS, (32, 32), sha256=digest), tmp_path)


def test_the_maps_have_half_the_sides_of_the_picture(entry):
    picture = np.zeros((32, 32, 3), np.float32)
    picture[:16] = 0.5
    maps = dense.load(entry)(picture)
    assert maps.shape == (16, 16, 3)
    np.testing.assert_allclose(maps[:8, :, 0], 0.5, atol=1e-6)
    np.testing.assert_allclose(maps[8:, :, 2], 1.0, atol=1e-6)


def test_a_mirrored_card_answers_with_the_mean_of_both_sides(entry, monkeypatch):
    network = dense.load(Entry(replace(entry.card, mirrored=True), entry.folder))
    seen = []

    def runner(image: np.ndarray) -> dict[str, np.ndarray]:
        """The left half of what it sees, and nothing of the right."""
        seen.append(image)
        half = image[:, ::2, ::2].copy()
        half[:, :, 8:] = 0
        return {"maps": half}

    monkeypatch.setattr(network, "_runner", runner)
    picture = np.random.default_rng(0).uniform(0, 1, (32, 32, 3)).astype(np.float32)
    maps = network(picture)
    np.testing.assert_array_equal(seen[1][0], picture[:, ::-1])
    np.testing.assert_allclose(maps[:, :8], picture[::2, ::2][:, :8] / 2)
    np.testing.assert_allclose(maps[:, 8:], picture[::2, 1::2][:, 8:] / 2)


def test_a_picture_of_another_size_is_refused(entry):
    with pytest.raises(ModelError, match=r"takes \(32, 32, 3\)"):
        dense.load(entry)(np.zeros((32, 64, 3), np.float32))


def test_a_changed_file_is_refused(entry):
    (entry.folder / "model.tflite").write_bytes(b"other")
    with pytest.raises(WeightsError, match="not the one its card names"):
        dense.load(Entry(replace(entry.card, sha256="1" * 64), entry.folder))


def test_a_file_without_maps_is_refused(tmp_path):
    content = (MODELS / "good.tflite").read_bytes()
    (tmp_path / "model.tflite").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    card = ModelCard("m", "M", "1", "findings", "unet", HEADS, (32, 32), sha256=digest)
    with pytest.raises(WeightsError, match="maps"):
        dense.load(Entry(card, tmp_path))


def test_a_findings_model_is_asked_for_no_classes(entry):
    with pytest.raises(ModelError, match="findings model, which classifies no picture"):
        runtime.load(entry)


def test_a_classifier_is_asked_for_no_maps(entry):
    with pytest.raises(ModelError, match="finds nothing"):
        dense.load(Entry(replace(entry.card, task="subtype"), entry.folder))
