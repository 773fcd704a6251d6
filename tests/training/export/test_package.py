"""Which export is shipped, and the card's figures."""

import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
pytest.importorskip("keras")

from lungview.errors import LungViewError
from lungview.model.card import ClassLabel
from lungview.training.data.dataset import Samples
from lungview.training.export.package import Variant, choose, temperature_of, write_split
from lungview.training.learn import calibrate, fit

EXACT = Variant("float32", bytes(100), 0.95, 1.0)
HALF = Variant("float16", bytes(50), 0.95, 0.9999)


def test_the_smallest_file_that_keeps_accuracy_and_heat_maps_is_shipped() -> None:
    assert choose([EXACT, HALF, Variant("int8", bytes(25), 0.946, 0.991)]).name == "int8"


@pytest.mark.parametrize(
    ("accuracy", "cams", "kept"), [(0.944, 0.999, 1.0), (0.95, 0.98, 1.0), (0.95, 0.995, 0.89)]
)
def test_a_smaller_file_that_loses_half_a_point_or_its_heat_maps_is_not(
    accuracy: float, cams: float, kept: float
) -> None:
    assert choose([EXACT, HALF, Variant("int8", bytes(25), accuracy, cams, kept)]).name == "float16"


def test_a_variant_that_is_named_is_shipped_if_it_keeps_them() -> None:
    small = Variant("int8", bytes(25), 0.95, 1.0)
    assert choose([EXACT, HALF, small], "float16") is HALF
    with pytest.raises(LungViewError, match="no smaller variant"):
        choose([EXACT, HALF, replace(small, accuracy=0.5)], "int8")


def test_when_none_keeps_them_nothing_is_shipped() -> None:
    with pytest.raises(LungViewError, match="no smaller variant"):
        choose([EXACT, Variant("int8", bytes(25), 0.5, 0.5)])


class _Shaken:
    """A network that is sure and right about pictures as they are, and wrong about those made brighter."""

    def predict_on_batch(self, values: np.ndarray) -> np.ndarray:
        dark = (values.mean(axis=(1, 2, 3)) < 110)[:, None]
        return np.where(dark, np.array([[6.0, 0.0]]), np.array([[0.0, 6.0]]))


def test_a_network_that_other_windows_shake_is_called_less_sure() -> None:
    labels = ClassLabel("a", "A", True), ClassLabel("b", "B", False)
    pictures = np.full((4, 8, 8), 100, np.uint8)
    names = np.array(["x"] * 4)
    valid = Samples(labels, pictures, np.array([[1.0, 0.0]] * 4, np.float32), names, names, names, ("p",) * 4)
    shaken = _Shaken()
    logits = fit.logits_of(shaken, pictures, "0..255")
    found = temperature_of(shaken, logits, valid, "0..255")
    assert found > 1.2 * calibrate.temperature(logits, valid.targets)
    # Of six pictures it is right about five.
    assert calibrate.softmax(logits, found)[0, 0] == pytest.approx(5 / 6, abs=0.04)


def test_the_split_is_written_as_evaluate_reads_it_without_partial_labels(tmp_path: Path) -> None:
    classes = (ClassLabel("a", "A", True), ClassLabel("b", "B", True))
    samples = Samples(
        classes,
        np.zeros((3, 4, 4), np.uint8),
        np.array([[1, 0], [0, 1], [1, 1]], np.float32),
        np.array(["g1", "g2", "g3"]),
        np.array(["train", "test", "train"]),
        np.array(["s"] * 3),
        ("1.png", "2.png", "3.png"),
        ({"nodule_id": "7"}, {}, {}),
    )
    write_split(samples, tmp_path / "split.csv")
    with (tmp_path / "split.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {"path": "1.png", "class": "a", "group": "g1", "split": "train", "nodule_id": "7"}
    assert [r["path"] for r in rows] == ["1.png", "2.png"]


def test_figures_go_into_the_card_under_their_part(tmp_path: Path) -> None:
    card = tmp_path / "card.json"
    card.write_text(json.dumps({"metrics": {"test": {"n": 1}}}))
    tool = Path(__file__).parents[3] / "tools" / "measure-model"
    figures = json.dumps({"n": 9, "accuracy": 0.9, "risk_coverage": [[1, 0]]})
    subprocess.run([sys.executable, tool, card, "published_test"], input=figures, text=True, check=True)
    found = json.loads(card.read_text())["metrics"]
    assert found == {"test": {"n": 1}, "published_test": {"n": 9, "accuracy": 0.9}}
