"""What is made of trained runs: a model folder, a teacher, the start of another run."""

import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("small_network")]
pytest.importorskip("keras")

from lungview import cli
from lungview.errors import InputError
from lungview.model.card import read_card
from lungview.model.registry import Entry
from lungview.network import runtime
from lungview.training.data import rewindowed as variants
from lungview.training.export import package
from lungview.training.learn import calibrate, fit, teacher
from lungview.training.learn.config import Config, Source
from lungview.training.learn.run_folder import RunFolder
from tests.training import sides


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory) -> Path:
    """The folder of a run of one epoch, which tests copy."""
    run = tmp_path_factory.mktemp("trained") / "run"
    fit.train(sides.config(epochs=1), run, data)
    return run


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
    config = sides.config(epochs=1, preparation="body")
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


@pytest.mark.long
def test_data_without_a_test_part_is_trained_and_exported(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data / "pictures", tmp_path / "pictures", ignore=shutil.ignore_patterns("test"))
    fit.train(sides.config(epochs=1), tmp_path / "run", tmp_path)
    card = package.package(tmp_path / "run", tmp_path, tmp_path / "model")
    assert "16 to validate, 0 to test" in card.split
    assert read_card(tmp_path / "model") == card


def test_a_mirrored_run_is_calibrated_on_the_mean_logits_and_says_so_on_its_card(
    data, trained, tmp_path
) -> None:
    shutil.copytree(trained, tmp_path / "run")
    said = sides.config(epochs=1, mirrored=True)  # how the trained network is asked, not how it is trained
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
    alone = np.concatenate([model(fit.scale(x, card.scale)).numpy() for x in seen])
    assert card.temperature != pytest.approx(
        calibrate.temperature(alone, np.concatenate([samples.targets] * 6)), rel=1e-6
    )


def test_a_student_learns_from_a_teacher_of_another_size(data: Path, tmp_path: Path) -> None:
    fit.train(sides.config(epochs=1, size=40), tmp_path / "teacher", data)
    student = sides.config(epochs=1, teacher=str(tmp_path / "teacher"), teacher_temperature=2.0)
    taught = teacher.Teacher(student, data, 2)
    pictures = fit.samples_of(sides.config(size=40), data).part("test").pictures[:4]
    values = fit.scale(pictures, "-1..1")
    model = teacher.network(sides.config(size=40), 2, data)
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
    student = sides.config(size=40, teacher=str(tmp_path / "model"), teacher_temperature=2.0)
    model = teacher.trained(RunFolder(tmp_path / "run"), data, 2)
    pictures = fit.samples_of(sides.config(size=40), data).part("test").pictures[:4]
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
        teacher.Teacher(sides.config(teacher="alexnet_nodule"), data, 2)


@pytest.mark.long
def test_several_teachers_teach_their_mean(data: Path, tmp_path: Path) -> None:
    for seed in (1, 2):
        fit.train(sides.config(epochs=1, seed=seed), tmp_path / f"run{seed}", data)
    values = fit.scale(fit.samples_of(sides.config(), data).part("test").pictures[:4], "-1..1")
    names = [str(tmp_path / f"run{seed}") for seed in (1, 2)]
    one, two, both = (
        teacher.Teacher(sides.config(teacher=name), data, 2).probabilities(values)
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
    student = sides.config(epochs=1, teacher=named, teacher_share=0.0, features_first=1)
    assert fit.train(student, tmp_path / "student", data).epochs == 1
    with pytest.raises(InputError, match="teacher must be given for features_first"):
        sides.config(features_first=1)


def test_a_teacher_of_another_task_is_refused(data: Path, tmp_path: Path) -> None:
    RunFolder(tmp_path / "run").begin(sides.config())
    nodule = Config("n", "N", "nodule", "cnn", (Source("pictures"),), teacher=str(tmp_path / "run"))
    with pytest.raises(InputError, match="task is custom, not nodule"):
        teacher.Teacher(nodule, data, 2)


def test_a_run_may_train_the_last_layers_only(data: Path, trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained, tmp_path / "first")
    named = sides.config(epochs=1, weights=str(tmp_path / "first"), trainable=3)
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
