"""The range of looks: pictures of another scanner leave it, new ones of the same do not."""

import keras
import numpy as np
import pytest

from lungview.training import grain

SIDE = 64


@pytest.fixture(scope="module")
def features() -> keras.Model:
    keras.utils.set_random_seed(3)
    x = image = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.ZeroPadding2D(1)(x)
    for width in (8, 16, 16, 16, 16, 16):
        x = keras.layers.Conv2D(width, 3, strides=2, padding="same")(x)
        x = keras.layers.ReLU()(x)
    return keras.Model(image, x)


@pytest.fixture(scope="module")
def statistics(features: keras.Model) -> keras.Model:
    return keras.Model(features.input, grain.statistics(grain.stages(features)))


def pictures(n: int, seed: int, noise: float) -> np.ndarray:
    """Discs of random size and place under noise of a given strength, (n, 64, 64, 3) in -1…1."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE]
    made = []
    for _ in range(n):
        row, column, radius = rng.uniform((20, 20, 8), (44, 44, 20))
        made.append(((y - row) ** 2 + (x - column) ** 2 < radius**2) * rng.uniform(0.4, 0.8) - 0.2)
    grey = np.stack(made) + rng.normal(0, noise, (n, SIDE, SIDE))
    return np.repeat(grey[..., None], 3, axis=-1).astype(np.float32)


def test_one_stage_a_resolution_down_to_a_sixteenth(features: keras.Model) -> None:
    assert [t.shape[1] for t in grain.stages(features)] == [33, 17, 9, 5]


def test_statistics_are_the_mean_and_spread_of_every_channel() -> None:
    x = np.random.default_rng(0).normal(2, 3, (2, 12, 12, 5)).astype(np.float32)
    found = np.asarray(grain.statistics([x]))
    expected = np.concatenate([x.mean(axis=(1, 2)), x.std(axis=(1, 2))], axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_noisier_pictures_of_the_same_things_are_refused_and_new_ones_pass(statistics: keras.Model) -> None:
    def seen(seed: int, noise: float, n: int = 120) -> np.ndarray:
        return statistics.predict(pictures(n, seed, noise), verbose=0)

    learned = seen(1, 0.05, 300)
    limit = grain.limit(grain.held_out(learned, np.arange(300) // 3))
    fitted = grain.fit(learned)
    assert np.mean(np.asarray(grain.distance(fitted, seen(2, 0.05))) <= limit) > 0.8
    assert np.mean(np.asarray(grain.distance(fitted, seen(3, 0.1))) > limit) > 0.95


def test_one_odd_channel_alone_makes_no_stranger() -> None:
    seen = np.random.default_rng(0).normal(0, 1, (300, 200)).astype(np.float32)
    fitted = grain.fit(seen)
    odd = seen[:20].copy()
    odd[:, 7] = 1e6
    near, far = (np.asarray(grain.distance(fitted, x)) for x in (seen[:20], odd))
    assert np.median(far - near) < 0.3


def test_a_rare_look_that_was_seen_in_training_is_nearer_than_one_that_was_not() -> None:
    """Twelve of 300 training pictures come from an odd place: new ones of it, and of its opposite."""
    rng = np.random.default_rng(0)
    place = np.zeros(200)
    place[:60] = 3.0
    seen, odd, opposite = (rng.normal(0, 1, (n, 200)) for n in (300, 40, 40))
    seen[:12] += place
    fitted = grain.fit(seen.astype(np.float32))
    near, far = (
        np.asarray(grain.distance(fitted, x.astype(np.float32))) for x in (odd + place, opposite - place)
    )
    assert np.median(near) < np.quantile(far, 0.05)


def test_held_out_pictures_are_farther_than_those_of_the_fit() -> None:
    seen = np.random.default_rng(0).normal(0, 1, (200, 150)).astype(np.float32)
    inside = np.asarray(grain.distance(grain.fit(seen), seen))
    assert np.median(grain.held_out(seen, np.arange(200))) > 1.1 * np.median(inside)
