"""`lungview evaluate` of a judge, on a folder of nodules made here."""

import csv
import dataclasses
import hashlib
import json
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lungview.batch.carriers.executors import BundleLostError, Carriers
from lungview.batch.carriers.spread import among
from lungview.cli import main
from lungview.model import registry
from lungview.model.card import MALIGNANCY, ClassLabel, ModelCard
from lungview.model.card import to_json as card_json
from lungview.nodules import judge as judging
from lungview.nodules.judge import Judge, to_json
from lungview.training.malignancy import evaluate
from tests.nodules.phantoms import ball

DIAMETERS = {"a": 5.0, "b": 7.0, "c": 12.0, "d": 16.0}


@pytest.fixture(scope="module")
def nodules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four balls; the two large ones are rated malignant."""
    folder, boxes = tmp_path_factory.mktemp("vois"), {}
    with (folder / "index.csv").open("w", newline="") as listing:
        rows = csv.writer(listing)
        axes = [f"spacing_{axis}_mm" for axis in "zyx"]
        rows.writerow(["key", "patient", "split", "malignancy", "diameter_mm", *axes])
        for key, diameter in DIAMETERS.items():
            scan, spacing = ball(diameter, noise_hu=5.0)
            boxes[key] = np.clip((scan + 1024) / 8, 0, 255).astype(np.uint8)
            boxes[key + ".mask"] = np.packbits(scan > -400)
            rows.writerow([key, key, "test", 5 if diameter > 10 else 1, diameter, *spacing])
    np.savez(folder / "vois.npz", **boxes)
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A judge that knows nothing but the long axis."""
    one = np.ones(1)
    content = json.dumps(to_json(Judge(("log_long",), 0 * one, 5 * one, 4 * one, -9.2))).encode()
    (tmp_path / "model.json").write_bytes(content)
    classes = (ClassLabel("benign", "Benign", False), ClassLabel("malignant", "Malignant", True))
    sha256 = hashlib.sha256(content).hexdigest()
    card = ModelCard(
        "m", "M", "1", MALIGNANCY, "logistic", classes, (16, 16), file="model.json", sha256=sha256
    )
    (tmp_path / "card.json").write_text(json.dumps(card_json(dataclasses.replace(card, size=len(content)))))
    return tmp_path


def test_evaluate_prints_auc_that_of_the_diameter_and_dice_with_intervals(nodules, model, capsys) -> None:
    assert main(["evaluate", "--model", str(model), "--data", str(nodules), "--json", "--draws", "20"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["n"], found["patients"], found["auc"], found["auc_diameter"]) == (4, 4, 1.0, 1.0)
    assert 0.8 < found["dice"] <= 1
    assert {"auc", "auc_diameter", "auc_long_axis", "gain_long_axis", "dice"} <= set(found["ci95"])


def test_the_gain_over_the_long_axis_is_paired(nodules, model, capsys) -> None:
    """A judge that knows nothing but the long axis gains nothing over it, in no draw."""
    assert main(["evaluate", "--model", str(model), "--data", str(nodules), "--json", "--draws", "20"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["auc_long_axis"] == found["auc"]
    assert found["gain_long_axis"] == 0
    low, high = found["ci95"]["gain_long_axis"]
    assert low <= 0 <= high


class _DiesOf(Executor):
    """Runs calls at once; a bundle with this nodule takes its worker with it."""

    def __init__(self, key: str) -> None:
        self.key = key

    def submit(self, function: Any, /, *args: Any, **_: Any) -> Future[Any]:
        made: Future[Any] = Future()
        if any(nodule.row["key"] == self.key for nodule in args[1]):
            made.set_exception(BundleLostError())
        else:
            made.set_result(function(*args))
        return made


def test_workers_give_the_same_figures_and_a_nodule_whose_worker_dies_is_named(nodules, model) -> None:
    judge = judging.load(registry.find(str(model)))
    here, _ = evaluate.measured(judge, nodules, draws=20)
    threads = among(Carriers(2, ThreadPoolExecutor))
    np.testing.assert_equal(
        evaluate.measured(judge, nodules, draws=20, spread=threads), (here, ())
    )  # NaN, too
    told: list[tuple[int, int]] = []
    dying = among(Carriers(1, lambda _: _DiesOf("c")))
    found, lost = evaluate.measured(judge, nodules, "", 20, lambda *step: told.append(step), dying)
    assert [Path(e.path).name for e in lost] == ["c"]
    assert (found["n"], found["refused"], found["failed"]) == (3, 0, 1)
    assert (here["n"], here["refused"], here["failed"]) == (4, 0, 0)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_evaluate_without_boxes_and_ratings_says_what_it_expected(tmp_path, model, capsys) -> None:
    assert main(["evaluate", "--model", str(model), "--data", str(tmp_path / "none")]) == 1
    assert "index.csv and vois.npz" in capsys.readouterr().err
