"""Leaving a source out tells what carries over from what was only the scanner's grain."""

import cv2
import numpy as np
import pytest

from lungview.model.card import ClassLabel
from lungview.training.data import appearance
from lungview.training.data.dataset import Samples
from lungview.training.measure import transfer
from tests.training.chests import chest

CLASSES = (ClassLabel("cancer", "Cancer", True), ClassLabel("normal", "Normal", False))


def source(name: str, noisy_normals: bool, shown: bool) -> Samples:
    """40 pictures, half cancer; normals may be noisier, cancers may show a mass."""
    cancer = np.arange(40) % 2 == 0
    pictures = [
        chest(8 if c and shown else 0, 3 if c or not noisy_normals else 15, i) for i, c in enumerate(cancer)
    ]
    splits = np.array((["train"] * 6 + ["valid"] * 2 + ["test"] * 2) * 4)
    targets = np.stack([cancer, ~cancer], axis=1).astype(np.float32)
    names = np.array([f"{name}/{i}" for i in range(40)])
    return Samples(
        CLASSES, np.stack(pictures), targets, names, splits, np.full(40, name), tuple(names), ({},) * 40
    )


def coarse(pictures: np.ndarray) -> np.ndarray:
    """(n, 66): a coarse picture, the overall grain, and a constant: what a network could go by."""
    small = [cv2.resize(p, (8, 8), interpolation=cv2.INTER_AREA).ravel() / 255 for p in pictures]
    grain = [appearance.tissue_noise(p) for p in pictures]
    return np.concatenate([np.stack(small), np.array(grain)[:, None], np.ones((len(pictures), 1))], axis=1)


def test_a_visible_mass_carries_over_to_another_source() -> None:
    found = transfer.carry_over(
        source("a", False, True), source("b", False, True), coarse, transfer.LOOKS["standard"]
    )
    assert found["auc"] > 0.95


def test_grain_alone_carries_over_only_where_the_other_source_has_the_same_grain() -> None:
    learned = source("a", True, False)
    same = transfer.carry_over(learned, source("b", True, False), coarse, transfer.LOOKS["standard"])
    clean = transfer.carry_over(learned, source("c", False, False), coarse, transfer.LOOKS["standard"])
    assert same["auc"] > 0.95
    assert 0.2 < clean["auc"] < 0.8


def test_the_rules_name_the_shortcut() -> None:
    found = transfer.rules(source("a", True, False))
    assert found["smooth_tissue"] == 1.0
    assert transfer.rules(source("b", False, True))["thickest_opacity"] == 1.0


@pytest.mark.parametrize("window", [(0.4, 30), (1.3, 0), (1.0, -20)])
def test_standard_intensities_do_not_depend_on_the_window(window: tuple[float, float]) -> None:
    picture = chest(8).astype(np.float32)
    shown = np.where(picture > 0, np.clip(picture * window[0] + window[1], 1, 255), 0).astype(np.uint8)
    found = appearance.standard(shown)
    assert abs(int(found[80, 112]) - appearance.LUNG) <= 2
    assert abs(int(found[30, 80]) - appearance.TISSUE) <= 2


def test_both_lungs_are_found_and_a_mass_leaves_a_hole_in_one() -> None:
    lungs = appearance.lungs(chest(8))
    assert len(lungs) == 2
    assert sorted(bool(lung[80, 48]) or bool(lung[80, 112]) for lung in lungs) == [False, True]


def test_the_radius_of_a_mass_is_measured() -> None:
    assert appearance.thickest_opacity(chest(8)) * 160 == pytest.approx(8, abs=2)


@pytest.mark.parametrize("picture", [np.zeros((64, 64), np.uint8), np.full((64, 64), 9, np.uint8)])
def test_a_blank_picture_has_no_lungs_and_no_opacity(picture: np.ndarray) -> None:
    assert appearance.lungs(appearance.standard(picture)) == [] or appearance.thickest_opacity(picture) == 0
    assert appearance.lungs_only(picture).shape == picture.shape
