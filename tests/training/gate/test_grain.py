"""The range of looks: pictures of another scanner leave it, new ones of the same do not."""

import keras
import numpy as np
import pytest

from lungview.training.gate import nearest_picture as grain

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


# What the training pictures show, and new ones, where a test is of looks alone.
KNOWN, NEW = np.array([1.0, 0, 0]), np.array([1.0, 0.3, 0])


def alike(seen: np.ndarray, shown: np.ndarray = KNOWN) -> np.ndarray:
    return np.tile(shown, (len(seen), 1)).astype(np.float32)


def fitted(seen: np.ndarray, counts: list[int] | None = None) -> grain.Grain:
    return grain.fit(seen, counts or [seen.shape[1]], alike(seen))


def far(of: grain.Grain, seen: np.ndarray, shown: np.ndarray = NEW) -> np.ndarray:
    return np.asarray(grain.distance(of, seen.astype(np.float32), alike(seen, shown)))


def test_noisier_pictures_of_the_same_things_are_refused_and_new_ones_pass(
    features: keras.Model, statistics: keras.Model
) -> None:
    def seen(seed: int, noise: float, n: int = 120) -> np.ndarray:
        return statistics.predict(pictures(n, seed, noise), verbose=0)

    learned, counts = seen(1, 0.05, 300), grain.widths(grain.stages(features))
    limit = grain.limit(grain.held_out(learned, counts, alike(learned), np.arange(300) // 3), 0.9)
    looks = fitted(learned, counts)
    assert np.mean(far(looks, seen(2, 0.05), KNOWN) <= limit) > 0.8
    assert np.mean(far(looks, seen(3, 0.1), KNOWN) > limit) > 0.95


def test_one_odd_channel_alone_makes_no_stranger() -> None:
    seen = np.random.default_rng(0).normal(0, 1, (300, 200)).astype(np.float32)
    odd = seen[:20].copy()
    odd[:, 7] = 1e6
    looks, new = fitted(seen), np.random.default_rng(1).normal(0, 1, (20, 200))
    new_odd = new.copy()
    new_odd[:, 7] = 1e6
    assert np.median(far(looks, new_odd) / far(looks, new)) < 1.2


def test_a_rare_look_that_was_seen_in_training_is_nearer_than_one_that_was_not() -> None:
    """Twelve of 300 training pictures come from an odd place: new ones of it, and of its opposite."""
    rng = np.random.default_rng(0)
    place = np.zeros(200)
    place[:60] = 3.0
    seen, odd, opposite = (rng.normal(0, 1, (n, 200)) for n in (300, 40, 40))
    seen[:12] += place
    near, away = (far(fitted(seen), x) for x in (odd + place, opposite - place))
    assert np.median(near) < np.quantile(away, 0.05)


def test_a_picture_that_shows_something_else_is_farther_at_the_same_look() -> None:
    rng = np.random.default_rng(0)
    seen, new = rng.normal(0, 1, (300, 80)), rng.normal(0, 1, (40, 80))
    same, other = (far(fitted(seen), new, shown) for shown in (NEW, -NEW))
    np.testing.assert_allclose(other / same, (1.958 / 0.0422) ** (1 / 5), rtol=0.01)


def test_the_distance_is_the_weighted_geometric_mean_of_its_three() -> None:
    rng = np.random.default_rng(0)
    seen, new = rng.normal(0, 1, (300, 90)), rng.normal(0, 1.2, (40, 90))
    looks = fitted(seen, [60, 30])
    x = np.clip((new - looks.mean) / looks.spread, -grain.CLIP, grain.CLIP)
    rest = np.abs(x - x @ looks.basis @ looks.basis.T).mean(axis=1)
    nearest = [
        np.linalg.norm((x[:, part] @ stage.basis)[:, None] - stage.points, axis=-1).min(axis=1)
        for part, stage in zip((slice(0, 60), slice(60, 90)), looks.stages, strict=True)
    ]
    unlike = 1 - KNOWN @ NEW / np.linalg.norm(NEW)
    expected = (rest * np.sqrt(nearest[0] * nearest[1]) ** 3 * unlike) ** (1 / 5)
    np.testing.assert_allclose(far(looks, new), expected, rtol=1e-3)


def test_held_out_pictures_are_farther_than_those_of_the_fit() -> None:
    seen = np.random.default_rng(0).normal(0, 1, (200, 150)).astype(np.float32)
    held = grain.held_out(seen, [100, 50], alike(seen), np.arange(200))
    assert np.median(held) > 1.1 * np.median(far(fitted(seen, [100, 50]), seen))


def test_a_picture_of_the_training_set_itself_has_a_distance() -> None:
    """Its nearest is itself, and the logarithm of nought is no number to go on with."""
    seen = np.random.default_rng(0).normal(0, 1, (60, 30))
    found = far(fitted(seen), seen, KNOWN)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
