"""Strangers are far, familiar pictures near."""

import numpy as np
import pytest

from lungview.training.gate import look_distance as ood


def cloud(n: int, seed: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    spread = np.concatenate([np.full(10, 3.0), np.full(290, 0.1)])
    return rng.normal(0, 1, (n, 300)) * spread + labels[:, None] * 2.0 + shift, labels


def test_new_pictures_of_the_same_kind_pass_and_shifted_ones_do_not() -> None:
    space = ood.fit(*cloud(400, 0))
    limit = ood.threshold(ood.distances(space, cloud(200, 1)[0]))
    assert (ood.distances(space, cloud(200, 2)[0]) <= limit).mean() > 0.95
    assert (ood.distances(space, cloud(200, 3, shift=0.5)[0]) > limit).mean() > 0.95


def test_a_step_off_the_training_plane_counts_more_than_one_within_it() -> None:
    space = ood.fit(*cloud(400, 0))
    within, off = np.zeros(300), np.zeros(300)
    within[0], off[50] = 1.0, 1.0
    at_a_mean = cloud(4000, 0)[0][cloud(4000, 0)[1] == 0].mean(axis=0)
    far = ood.distances(space, np.stack([at_a_mean + within, at_a_mean + off]))
    assert far[1] > 3 * far[0]


def test_the_distance_is_mahalanobis_where_every_direction_can_be_estimated() -> None:
    """Two features, 4,000 pictures: against the within-class covariance, shrunk, inverted outright."""
    rng = np.random.default_rng(0)
    mixing = np.array([[2.0, 0.5], [0.0, 0.4]])
    labels = rng.integers(0, 2, 4000)
    e = rng.normal(size=(4000, 2)) @ mixing + labels[:, None] * np.array([5.0, -3.0])
    new = rng.normal(0, 4, (50, 2))
    means = np.stack([e[labels == i].mean(axis=0) for i in (0, 1)])
    covariance = np.cov((e - means[labels]).T)
    shrunk = (1 - ood.SHRINKAGE) * covariance + ood.SHRINKAGE * np.trace(covariance) / 2 * np.eye(2)
    away = new[:, None] - means
    expected = np.sqrt(np.einsum("nmi,ij,nmj->nm", away, np.linalg.inv(shrunk), away).min(axis=1))
    np.testing.assert_allclose(ood.distances(ood.fit(e, labels), new), expected, rtol=2e-3)


def test_fewer_pictures_than_features_still_give_a_distance() -> None:
    e, labels = cloud(30, 0)
    assert np.isfinite(ood.distances(ood.fit(e, labels), cloud(5, 1)[0])).all()


def test_pictures_that_are_all_alike_still_give_a_distance() -> None:
    space = ood.fit(np.ones((8, 20)), np.arange(8) % 2)
    near, far = ood.distances(space, np.stack([np.ones(20), np.full(20, 2.0)]))
    assert near == 0
    assert np.isfinite(far)
    assert far > 1


def test_the_threshold_is_a_tenth_above_the_asked_share() -> None:
    assert (np.arange(100.0) <= ood.threshold(np.arange(100.0), 0.9)).mean() == pytest.approx(0.99, abs=0.001)
