"""Augmentation changes pictures as scanners and screens do, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lungview.training.data.augment import PLAIN, Recipe, batches, change, probabilities, table
from lungview.training.data.dataset import Look, Samples, load


@pytest.fixture
def samples(folder: Callable[..., Path]) -> Samples:
    return load(folder(malignant=4, normal=12), "subtype", look=Look((32, 32)))


def test_an_epoch_gives_every_picture_once_without_balance(samples: Samples) -> None:
    found = np.concatenate([b.indices for b in batches(samples, 5, recipe=PLAIN)])
    assert sorted(found.tolist()) == list(range(16))


def test_the_plain_recipe_changes_nothing(samples: Samples) -> None:
    batch = next(batches(samples, 16, recipe=PLAIN, scale_name="0..255", channels=1))
    assert np.array_equal(batch.values[..., 0], samples.pictures[batch.indices])


def test_the_same_seed_and_epoch_give_the_same_pictures(samples: Samples) -> None:
    first, again = (next(batches(samples, 16, seed=3, epoch=2)).values for _ in range(2))
    other = next(batches(samples, 16, seed=3, epoch=3)).values
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_shares_of_an_epoch_are_of_one_size_and_have_no_picture_twice(samples: Samples) -> None:
    shares = [[b.indices for b in batches(samples, 3, recipe=PLAIN, seed=3, share=(k, 3))] for k in range(3)]
    assert [[len(b) for b in share] for share in shares] == [[3, 2]] * 3
    assert len({i for share in shares for b in share for i in b.tolist()}) == 15


def test_full_balance_draws_both_classes_equally(samples: Samples) -> None:
    p = probabilities(samples, 1.0)
    assert p[samples.cancer].sum() == pytest.approx(0.5)


def test_black_stays_black_in_another_window() -> None:
    assert table(-0.5, 1.0)[0] == 0


def test_rewindowing_maps_low_to_black_and_high_to_white() -> None:
    found = table(51 / 255, 204 / 255)
    assert (found[51], found[204], found[255]) == (0, 255, 255)
    assert found[128] == pytest.approx(128, abs=1)


def test_mixup_leaves_partial_labels_whole(samples: Samples) -> None:
    batch = next(batches(samples, 16, recipe=Recipe(mixup=0.4, balance=0)))
    partial = samples.partial[batch.indices]
    assert (batch.targets[partial].sum(axis=1) == 3).all()
    assert batch.targets[~partial].sum(axis=1) == pytest.approx(1)


def test_every_change_keeps_size_and_type() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (48, 64)).astype(np.uint8)
    everything = Recipe(1, 30, 0.3, 0.2, 1, 1, 1, 1, 1)
    for seed in range(20):
        found = change(picture, everything, np.random.default_rng(seed))
        assert found.shape == picture.shape
        assert found.dtype == np.uint8
