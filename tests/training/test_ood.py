"""Strangers are far, familiar pictures near."""

import numpy as np
import pytest

from lungview.training import ood


def cloud(n: int, seed: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    spread = np.concatenate([np.full(10, 3.0), np.full(90, 0.1)])
    return rng.normal(0, 1, (n, 100)) * spread + labels[:, None] * 2.0 + shift, labels


def test_new_pictures_of_the_same_kind_pass_and_shifted_ones_do_not() -> None:
    means, projection = ood.fit(*cloud(400, 0))
    limit = ood.threshold(ood.distances(means, projection, cloud(200, 1)[0]))
    assert (ood.distances(means, projection, cloud(200, 2)[0]) <= limit).mean() > 0.95
    assert (ood.distances(means, projection, cloud(200, 3, shift=0.5)[0]) > limit).mean() > 0.95


def test_a_step_off_the_training_plane_counts_more_than_one_within_it() -> None:
    e, labels = cloud(400, 0)
    means, projection = ood.fit(e, labels)
    within, off = np.zeros(100), np.zeros(100)
    within[0], off[50] = 1.0, 1.0
    far = ood.distances(means, projection, np.stack([means[0] + within, means[0] + off]))
    assert far[1] > 5 * far[0]


def test_fewer_pictures_than_features_still_give_a_distance() -> None:
    e, labels = cloud(30, 0)
    assert np.isfinite(ood.distances(*ood.fit(e, labels), cloud(5, 1)[0])).all()


def test_the_threshold_is_a_tenth_above_the_asked_share() -> None:
    assert (np.arange(100.0) <= ood.threshold(np.arange(100.0), 0.9)).mean() == pytest.approx(0.99, abs=0.001)
