"""A whole run on a few dozen pictures: trained, killed, taken up, exported."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("small_network")]
pytest.importorskip("keras")

from lungview import cli
from lungview.errors import InputError, LungViewError
from lungview.model.card import read_card
from lungview.model.registry import Entry
from lungview.network import runtime
from lungview.training.learn import fit, teacher, weights
from lungview.training.learn.ahead import ahead
from lungview.training.learn.run_folder import RunFolder
from tests.training import sides


class Killed(Exception):
    pass


def test_a_killed_run_goes_on_where_it_stopped(data: Path, tmp_path: Path) -> None:
    def kill(epoch: int, _epochs: int, step: int, _steps: int, _loss: float) -> None:
        if epoch == 1 and step == 2:
            raise Killed

    with pytest.raises(Killed):
        fit.train(sides.config(), tmp_path / "run", data, on_progress=kill)
    seen = []
    outcome = fit.train(sides.config(), tmp_path / "run", data, on_progress=lambda e, *_: seen.append(e))
    assert sorted(set(seen)) == [1, 2]
    assert outcome.epochs == 3
    assert [row["epoch"] for row in RunFolder(tmp_path / "run").history()] == [1, 2, 3]


def test_a_folder_of_another_run_is_refused(data: Path, tmp_path: Path) -> None:
    RunFolder(tmp_path / "run").begin(sides.config())
    with pytest.raises(InputError, match="another configuration"):
        fit.train(sides.config(seed=9), tmp_path / "run", data)


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_state(data: Path, tmp_path: Path) -> None:
    fit.train(sides.config(epochs=1), tmp_path / "run", data)
    kept = (tmp_path / "run" / "last.npz").read_bytes()
    # The same run, told to go on at a rate that cannot work.
    run = RunFolder(tmp_path / "run")
    bad = sides.config(epochs=2, rate=1e30, clip=1e30)
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


def test_a_folder_of_one_class_is_one_sentence(data: Path, tmp_path: Path, capsys) -> None:
    one = str(data / "pictures" / "train" / "upper")
    assert cli.main(["train", "--arch", "cnn", "--data", one, "--out", str(tmp_path / "run")]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_the_last_batch_is_filled_up_and_its_filling_left_out(data, tmp_path) -> None:
    model, sizes = teacher.network(sides.config(), 2, data), []
    pictures = fit.samples_of(sides.config(), data).part("train").pictures[:11]
    ask = model.predict_on_batch
    model.predict_on_batch = lambda values: (sizes.append(len(values)), ask(values))[1]
    logits = fit.logits_of(model, pictures, "-1..1", batch=4)
    assert sizes == [4, 4, 4]
    np.testing.assert_allclose(logits, model(fit.scale(pictures, "-1..1")).numpy(), atol=1e-5)


def test_without_epochs_the_weights_of_several_runs_are_averaged_and_kept(data: Path, tmp_path: Path) -> None:
    runs = [tmp_path / f"run{seed}" for seed in (1, 2)]
    for seed, run in enumerate(runs, start=1):
        fit.train(sides.config(epochs=1, seed=seed), run, data)
    named = sides.config(epochs=0, weights=", ".join(map(str, runs)))
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
    live, without = teacher.network(sides.config(), 2, data), sides.config(ema=0.0)
    assert not fit.averages(sides.config(), live)
    weights.freeze(live, None)
    assert fit.averages(sides.config(), live)
    assert not fit.averages(without, live)


def test_a_failure_while_making_batches_reaches_the_caller() -> None:
    def broken():
        yield 1
        raise InputError("a broken picture")

    items = ahead(broken())
    assert next(items) == 1
    with pytest.raises(InputError, match="a broken picture"):
        next(items)
