"""A whole run on a few dozen pictures: trained, killed, taken up, exported."""

import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("small_network")]
pytest.importorskip("keras")

from lungview import cli
from lungview.errors import InputError, LungViewError
from lungview.model.card import read_card
from lungview.model.registry import Entry
from lungview.network import runtime
from lungview.training.data import rewindowed as variants
from lungview.training.export import package
from lungview.training.learn import calibrate, fit, teacher, weights
from lungview.training.learn.ahead import ahead
from lungview.training.learn.config import Config, Source
from lungview.training.learn.run_folder import RunFolder


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Two classes: a bright square in the upper half, or in the lower (training flips left and right)."""
    root = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    for part, count in (("train", 24), ("valid", 8), ("test", 8)):
        for side in ("lower", "upper"):
            folder = root / "pictures" / part / side
            folder.mkdir(parents=True)
            for i in range(count):
                grey = rng.integers(60, 90, (40, 40)).astype(np.uint8)
                x = int(rng.integers(2, 10)) + (20 if side == "lower" else 0)
                grey[x : x + 8, 10:24] = 220
                cv2.imwrite(str(folder / f"{i}.png"), grey)
    return root


def _config(**changes) -> Config:
    values = {
        "size": 32,
        "epochs": 3,
        "batch": 8,
        "rate": 2e-3,
        "preparation": "whole",
        "ema": 0.8,
        **changes,
    }
    return Config("sides", "Sides", "custom", "cnn", (Source("pictures"),), **values | changes)


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory) -> Path:
    """The folder of a run of one epoch, which tests copy."""
    run = tmp_path_factory.mktemp("trained") / "run"
    fit.train(_config(epochs=1), run, data)
    return run


class Killed(Exception):
    pass


def test_a_killed_run_goes_on_where_it_stopped(data: Path, tmp_path: Path) -> None:
    def kill(epoch: int, _epochs: int, step: int, _steps: int, _loss: float) -> None:
        if epoch == 1 and step == 2:
            raise Killed

    with pytest.raises(Killed):
        fit.train(_config(), tmp_path / "run", data, on_progress=kill)
    seen = []
    outcome = fit.train(_config(), tmp_path / "run", data, on_progress=lambda e, *_: seen.append(e))
    assert sorted(set(seen)) == [1, 2]
    assert outcome.epochs == 3
    assert [row["epoch"] for row in RunFolder(tmp_path / "run").history()] == [1, 2, 3]


def test_a_folder_of_another_run_is_refused(data: Path, tmp_path: Path) -> None:
    RunFolder(tmp_path / "run").begin(_config())
    with pytest.raises(InputError, match="another configuration"):
        fit.train(_config(seed=9), tmp_path / "run", data)


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_state(data: Path, tmp_path: Path) -> None:
    fit.train(_config(epochs=1), tmp_path / "run", data)
    kept = (tmp_path / "run" / "last.npz").read_bytes()
    # The same run, told to go on at a rate that cannot work.
    run = RunFolder(tmp_path / "run")
    bad = _config(epochs=2, rate=1e30, clip=1e30)
    (tmp_path / "run" / "config.json").unlink()
    run.begin(bad)
    with pytest.raises(LungViewError, match="not a number"):
        fit.train(bad, tmp_path / "run", data)
    assert (tmp_path / "run" / "last.npz").read_bytes() == kept


def test_one_command_makes_a_model_folder_that_the_program_takes(data: Path, tmp_path: Path) -> None:
    options = ["--size", "32", "--epochs", "6", "--batch", "8", "--rate", "2e-3", "--id", "sides"]
    pictures = str(data / "pictures")
    command = ["train", "--arch", "cnn", "--data", pictures, "--out", str(tmp_path / "run"), *options]
    assert cli.main(command) == 0
    assert (tmp_path / "run" / "curves.png").read_bytes().startswith(b"\x89PNG")
    card = read_card(tmp_path / "run" / "model")
    assert (card.id, card.keys, card.input_size) == ("sides", ("lower", "upper"), (32, 32))
    network = runtime.load(Entry(card, tmp_path / "run" / "model"))
    samples = fit.samples_of(RunFolder(tmp_path / "run").config(), data).part("test")
    values = fit.scale(samples.pictures, card.scale)
    called = np.array([network.run(v).probabilities.argmax() for v in values])
    assert np.mean(called == samples.labels) >= 0.9


@pytest.mark.long
def test_a_finished_model_is_calibrated_and_gated_anew_by_other_pictures(data: Path, tmp_path: Path) -> None:
    options = ["train", "--arch", "cnn", "--data", str(data / "pictures"), "--size", "32", "--id", "sides"]
    first, second = tmp_path / "first", tmp_path / "second"
    assert cli.main([*options, "--epochs", "1", "--out", str(first)]) == 0
    weights_ = ["--weights", str(first / "model"), "--epochs", "0"]
    assert cli.main([*options, *weights_, "--out", str(second)]) == 0
    assert not (second / "curves.png").exists()
    one, other = (runtime.load(Entry(read_card(run / "model"), run / "model")) for run in (first, second))
    values = fit.scale(fit.samples_of(RunFolder(first).config(), data).part("test").pictures, one.card.scale)
    for value in values[:8]:
        a, b = one.run(value), other.run(value)
        np.testing.assert_allclose(a.probabilities, b.probabilities, atol=0.03)
        assert b.ood == pytest.approx(a.ood, rel=0.1)


@pytest.mark.long
def test_a_gate_that_must_let_more_pictures_pass_is_wider(data: Path, tmp_path: Path) -> None:
    """The same network, and where the look decides the same distance, in units of another limit."""
    config = _config(epochs=1, preparation="body")
    fit.train(config, tmp_path / "run", data)
    pictures = fit.samples_of(config, data).part("test").pictures
    far = []
    for passes in (0.5, 0.99):
        out = tmp_path / f"passes{passes}"
        card = package.package(tmp_path / "run", data, out, texts=replace(config, passes=passes))
        network = runtime.load(Entry(card, out))
        far.append(np.array([network.run(fit.scale(p, card.scale)).ood for p in pictures]))
    narrow, wide = far
    assert (narrow >= 0.999 * wide).all()
    assert np.median(narrow / wide) > 1.05


def test_a_folder_of_one_class_is_one_sentence(data: Path, tmp_path: Path, capsys) -> None:
    one = str(data / "pictures" / "train" / "upper")
    assert cli.main(["train", "--arch", "cnn", "--data", one, "--out", str(tmp_path / "run")]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.long
def test_data_without_a_test_part_is_trained_and_exported(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data / "pictures", tmp_path / "pictures", ignore=shutil.ignore_patterns("test"))
    fit.train(_config(epochs=1), tmp_path / "run", tmp_path)
    card = package.package(tmp_path / "run", tmp_path, tmp_path / "model")
    assert "16 to validate, 0 to test" in card.split
    assert read_card(tmp_path / "model") == card


def test_a_mirrored_run_is_calibrated_on_the_mean_logits_and_says_so_on_its_card(
    data, trained, tmp_path
) -> None:
    shutil.copytree(trained, tmp_path / "run")
    said = _config(epochs=1, mirrored=True)  # how the trained network is asked, not how it is trained
    card = package.package(tmp_path / "run", data, tmp_path / "model", texts=said)
    samples = fit.samples_of(said, data).part("valid")
    model = teacher.trained(RunFolder(tmp_path / "run"), data, 2)
    seen = [samples.pictures]
    seen += [np.stack([change(p) for p in samples.pictures]) for change in variants.REWINDOWED.values()]
    both = [[model(fit.scale(p, card.scale)).numpy() for p in (x, x[:, :, ::-1])] for x in seen]
    logits = np.concatenate([np.mean(pair, axis=0) for pair in both])
    assert card.mirrored
    assert card.temperature == pytest.approx(
        calibrate.temperature(logits, np.concatenate([samples.targets] * 6)), rel=0.05
    )
    assert card.temperature != package.package(tmp_path / "run", data, tmp_path / "plain").temperature


def test_the_last_batch_is_filled_up_and_its_filling_left_out(data, tmp_path) -> None:
    model, sizes = teacher.network(_config(), 2, data), []
    pictures = fit.samples_of(_config(), data).part("train").pictures[:11]
    ask = model.predict_on_batch
    model.predict_on_batch = lambda values: (sizes.append(len(values)), ask(values))[1]
    logits = fit.logits_of(model, pictures, "-1..1", batch=4)
    assert sizes == [4, 4, 4]
    np.testing.assert_allclose(logits, model(fit.scale(pictures, "-1..1")).numpy(), atol=1e-5)


def test_a_student_learns_from_a_teacher_of_another_size(data: Path, tmp_path: Path) -> None:
    fit.train(_config(epochs=1, size=40), tmp_path / "teacher", data)
    student = _config(epochs=1, teacher=str(tmp_path / "teacher"), teacher_temperature=2.0)
    taught = teacher.Teacher(student, data, 2)
    pictures = fit.samples_of(_config(size=40), data).part("test").pictures[:4]
    values = fit.scale(pictures, "-1..1")
    model = teacher.network(_config(size=40), 2, data)
    RunFolder(tmp_path / "teacher").load_best(model)
    expected = np.exp(model(values).numpy() / 2)
    np.testing.assert_allclose(
        taught.probabilities(values), expected / expected.sum(axis=1, keepdims=True), rtol=1e-4
    )
    assert fit.train(student, tmp_path / "student", data).epochs == 1


def test_a_finished_model_teaches_as_the_run_it_was_made_of(
    data: Path, trained: Path, tmp_path: Path
) -> None:
    shutil.copytree(trained, tmp_path / "run")
    card = package.package(tmp_path / "run", data, tmp_path / "model")
    student = _config(size=40, teacher=str(tmp_path / "model"), teacher_temperature=2.0)
    model = teacher.trained(RunFolder(tmp_path / "run"), data, 2)
    pictures = fit.samples_of(_config(size=40), data).part("test").pictures[:4]
    taught = teacher.Teacher(student, data, 2)
    smaller = np.stack([cv2.resize(p, (32, 32), interpolation=cv2.INTER_AREA) for p in pictures])
    logits = model(fit.scale(smaller, card.scale)).numpy()
    expected = calibrate.softmax(logits, 2.0 * card.temperature)
    np.testing.assert_allclose(taught.probabilities(fit.scale(pictures, "-1..1")), expected, atol=0.02)
    with pytest.raises(InputError, match="no features"):
        taught.features(fit.scale(pictures, "-1..1"))


def test_a_model_that_judges_something_else_does_not_teach(data: Path) -> None:
    said = "nodule of 2 classes in pictures prepared as box, not custom of 2 classes in .* as whole"
    with pytest.raises(InputError, match=said):
        teacher.Teacher(_config(teacher="alexnet_nodule"), data, 2)


@pytest.mark.long
def test_several_teachers_teach_their_mean(data: Path, tmp_path: Path) -> None:
    for seed in (1, 2):
        fit.train(_config(epochs=1, seed=seed), tmp_path / f"run{seed}", data)
    values = fit.scale(fit.samples_of(_config(), data).part("test").pictures[:4], "-1..1")
    names = [str(tmp_path / f"run{seed}") for seed in (1, 2)]
    one, two, both = (
        teacher.Teacher(_config(teacher=name), data, 2).probabilities(values)
        for name in (*names, ", ".join(names))
    )
    assert np.abs(one - two).max() > 1e-3
    np.testing.assert_allclose(both, (one + two) / 2, rtol=1e-5)


@pytest.mark.long
def test_a_student_may_learn_its_teachers_features_before_any_label(
    data: Path, trained: Path, tmp_path: Path
) -> None:
    shutil.copytree(trained, tmp_path / "teacher")
    named = str(tmp_path / "teacher")
    student = _config(epochs=1, teacher=named, teacher_share=0.0, features_first=1)
    assert fit.train(student, tmp_path / "student", data).epochs == 1
    with pytest.raises(InputError, match="teacher must be given for features_first"):
        _config(features_first=1)


def test_a_teacher_of_another_task_is_refused(data: Path, tmp_path: Path) -> None:
    RunFolder(tmp_path / "run").begin(_config())
    nodule = Config("n", "N", "nodule", "cnn", (Source("pictures"),), teacher=str(tmp_path / "run"))
    with pytest.raises(InputError, match="task is custom, not nodule"):
        teacher.Teacher(nodule, data, 2)


def test_without_epochs_the_weights_of_several_runs_are_averaged_and_kept(data: Path, tmp_path: Path) -> None:
    runs = [tmp_path / f"run{seed}" for seed in (1, 2)]
    for seed, run in enumerate(runs, start=1):
        fit.train(_config(epochs=1, seed=seed), run, data)
    named = _config(epochs=0, weights=", ".join(map(str, runs)))
    outcome = fit.train(named, tmp_path / "mean", data)
    assert outcome.epochs == 0
    assert outcome.best_loss < 10
    first, second, mean = (
        teacher.trained(RunFolder(run), data, 2).get_weights() for run in (*runs, tmp_path / "mean")
    )
    assert any((a != b).any() for a, b in zip(first, second, strict=True))
    for a, b, found in zip(first, second, mean, strict=True):
        np.testing.assert_allclose(found, (a + b) / 2, atol=1e-6)


def test_weights_are_averaged_only_where_batch_statistics_stay_as_they_are(data: Path) -> None:
    live, without = teacher.network(_config(), 2, data), _config(ema=0.0)
    assert not fit.averages(_config(), live)
    weights.freeze(live, None)
    assert fit.averages(_config(), live)
    assert not fit.averages(without, live)


def test_a_run_may_train_the_last_layers_only(data: Path, trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained, tmp_path / "first")
    named = _config(epochs=1, weights=str(tmp_path / "first"), trainable=3)
    model = teacher.network(named, 2, data)
    before = [layer.get_weights() for layer in model.layers]
    fit.train(named, tmp_path / "second", data)
    RunFolder(tmp_path / "second").load_best(model)
    changed = {
        layer.name
        for layer, old in zip(model.layers, before, strict=True)
        if any((a != b).any() for a, b in zip(layer.get_weights(), old, strict=True))
    }
    assert changed == {"conv22", "hidden1", "logits"}


def test_a_picture_comes_back_from_every_scale() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (2, 5, 6)).astype(np.uint8)
    for name in ("0..1", "-1..1", "0..255", "imagenet"):
        np.testing.assert_allclose(teacher.to_picture(fit.scale(picture, name), name), picture, atol=1e-3)


def test_a_failure_while_making_batches_reaches_the_caller() -> None:
    def broken():
        yield 1
        raise InputError("a broken picture")

    items = ahead(broken())
    assert next(items) == 1
    with pytest.raises(InputError, match="a broken picture"):
        next(items)
