"""A training of the findings network goes on after a kill where it was, and its file answers as it does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lungview.errors import InputError
from lungview.training.findings.samples.sample import NODULE, Sample

pytest.importorskip("keras")

from lungview.training.findings import learn, loss, mine, network, patches, recipe

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("untraced")]
RECIPES = Path(__file__).parents[3] / "resources" / "training"
SMALL = (4, 4, 4, 4, 4)
STEPS = 5


def samples(count: int = 4) -> list[Sample]:
    """Lung with one bright ball each."""
    found = []
    for k in range(count):
        y, x = np.mgrid[:120, :120]
        ball = (y - 40 - 5 * k) ** 2 + (x - 60) ** 2 < 64
        picture = np.where(ball, 190, 25).astype(np.uint8)
        labels = np.where(ball, NODULE, 0).astype(np.uint8)
        found.append(
            Sample(np.repeat(picture[..., None], 3, axis=2), labels, 0.8, "lidc", f"p{k}", (40.0, 60.0), 6.0)
        )
    return found


def trained(out: Path, steps: int, seed: int = 1):
    import keras

    keras.utils.set_random_seed(seed)
    model = network.build(SMALL)
    material = learn.Material(samples(), np.ones(4))
    plan = learn.Plan(steps=steps, batch=4, warmup=2, seed=3, rate=1e-3)
    learn.train(model, material, plan, patches.Recipe(side=64), out)
    return model


def test_the_maps_have_half_the_sides_and_one_channel_a_head():
    found = network.build(SMALL)(np.zeros((2, 64, 96, 3), np.float32))
    assert found.shape == (2, 32, 48, len(network.HEADS))


@pytest.fixture(scope="module")
def whole(tmp_path_factory, untraced):
    """The folder of an unbroken run and what it ended with."""
    out = tmp_path_factory.mktemp("whole")
    return out, trained(out, STEPS).get_weights()


def test_a_run_that_was_killed_ends_where_an_unbroken_one_does(whole, tmp_path, monkeypatch):
    def killed(model, out, number, keep=learn._keep):
        keep(model, out, number)
        if number == STEPS - 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(learn, "_KEEP_S", -1.0)
    monkeypatch.setattr(learn, "_keep", killed)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "broken", STEPS)
    monkeypatch.undo()
    again = trained(tmp_path / "broken", STEPS, seed=9)
    for a, b in zip(whole[1], again.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_the_averaged_weights_of_a_state_are_those_the_run_would_end_with(whole):
    out, weights = whole
    other = network.build(SMALL)
    learn.load(other, out / "state.npz")
    for a, b in zip(weights, other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_an_unknown_place_costs_nothing_whatever_is_said_there():
    known = loss.targets(np.full((8, 8), 255, np.uint8), np.full((8, 8), np.nan, np.float32))[None]
    for logit in (-9.0, 9.0):
        assert float(loss.loss(known, np.full((1, 8, 8, 3), logit, np.float32))) == pytest.approx(0, abs=1e-7)


def test_being_right_costs_less_than_being_wrong():
    labels = np.zeros((8, 8), np.uint8)
    labels[2:5, 2:5] = NODULE
    known = loss.targets(labels, np.full((8, 8), 1.0, np.float32))[None]
    right = np.full((1, 8, 8, 3), -5.0, np.float32)
    right[0, 2:5, 2:5, :2] = 5.0
    assert float(loss.loss(known, right)) < 0.1 * float(loss.loss(known, -right))


class AlwaysThere:
    """A model that sees a nodule in every bright place."""

    def predict_on_batch(self, pictures):
        bright = pictures[:, ::2, ::2, 1] > 0.5
        return np.repeat(np.where(bright, 4.0, -9.0)[..., None], 3, axis=3)


def test_false_alarms_are_found_where_no_nodule_is():
    one = samples(1)[0]
    picture = one.picture.copy()
    picture[90:100, 20:30] = 190
    alarm = Sample(picture, one.labels, 0.8, "lidc", "p", one.centre, one.radius_mm)
    found = list(mine.mined(AlwaysThere(), [alarm]))
    assert found
    for sample, score in found:
        assert sample.centre == pytest.approx((95, 25), abs=8)
        assert sample.radius_mm == 0
        assert score > 0.5


def test_the_recipe_that_ships_is_whole():
    training = recipe.read(RECIPES / "findings.toml")
    assert [s.name for s in training.stages] == ["first", "second"]
    for stage in training.stages:
        assert sum(stage.shares.values()) == pytest.approx(1)


def test_an_unknown_share_is_one_sentence(tmp_path):
    text = (RECIPES / "findings.toml").read_text().replace("crop_alarms", "alarm", 1)
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(InputError, match="no such share alarm"):
        recipe.read(tmp_path / "a.toml")


def test_a_warmup_as_long_as_the_stage_is_one_sentence(tmp_path):
    text = (RECIPES / "findings.toml").read_text().replace("steps = 12000", "steps = 300", 1)
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(InputError, match="a warmup below its 300 steps"):
        recipe.read(tmp_path / "a.toml")


def test_an_unknown_value_is_one_sentence(tmp_path):
    text = (RECIPES / "findings.toml").read_text().replace("warmup", "warm", 1)
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(InputError, match="missing or unknown"):
        recipe.read(tmp_path / "a.toml")


def test_the_file_answers_as_the_network_does_in_float_and_nearly_in_8_bits():
    tensorflow = pytest.importorskip("tensorflow")
    from lungview.nodules.detector.tiles import TILE
    from lungview.training.export import quantize
    from lungview.training.findings import export, package

    tensorflow.keras.utils.set_random_seed(2)
    model = network.build((16, 16, 16, 16, 16))
    tiles = package.tiles_of(samples(), 4)
    exact = export.to_tflite(model)
    plain, image = (
        tensorflow.sigmoid(model(t[None].copy(), training=False)).numpy()[0]
        for t in (tiles[0], tiles[0][:, ::-1])
    )
    asked = (plain + image[:, ::-1]) / 2  # a trained model judges the mirror image too
    card = package.describe(recipe.read(RECIPES / "findings.toml"), exact)
    found = package.DenseNetwork(card, exact, 1)(tiles[0])
    assert found.shape == (TILE[0] // 2, TILE[1] // 2, 3)
    np.testing.assert_allclose(found, asked, atol=1e-4)
    small = quantize.to_int8(exact, quantize.in_8_bits(exact, tiles), integers=False)
    assert len(small) < len(exact)
    assert package.agreement(small, exact, tiles) > 0.98


def test_too_few_samples_to_round_weights_for_are_one_sentence(tmp_path):
    pytest.importorskip("tensorflow")
    from lungview.errors import LungViewError
    from lungview.training.findings import package

    training = recipe.read(RECIPES / "findings.toml")
    with pytest.raises(LungViewError, match="10 samples or more are expected"):
        package.package(training, None, samples(4), tmp_path)
