"""`lungview evaluate` with the tiny test network on squares that it tells apart."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from lungview import paths
from lungview.cli import main
from lungview.network import runtime

TINY = Path(__file__).parents[2] / "data/tiny_model"
PROMISED = {"model", "n", "accuracy", "macro_f1", "auc", "ece", "ece_if_calibrated"}
PROMISED |= {"per_class", "confusion", "ci95"}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four noisy pictures a class, train and test; the tiny network installed."""
    monkeypatch.setattr(paths, "models", lambda: tmp_path / "models")
    shutil.copytree(TINY, tmp_path / "models/tiny")
    rng = np.random.default_rng(0)
    for part in ("train", "test"):
        for name, value in (("bright", 230), ("dark", 20), ("plain", None)):
            for i in range(4):
                picture = rng.normal(128, 10, (96, 96)).clip(0, 255)
                if value is not None:
                    top, left = rng.integers(10, 50, 2)
                    picture[top : top + 30, left : left + 30] = value
                path = tmp_path / "d" / part / name / f"{i}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(path), picture.astype(np.uint8))
    return tmp_path / "d"


def evaluate(capsys: pytest.CaptureFixture[str], data: Path, *options: str, code: int = 0) -> dict:
    assert (
        main(["evaluate", "--model", "tiny", "--data", str(data), "--draws", "50", "--json", *options])
        == code
    )
    return json.loads(capsys.readouterr().out)


def test_the_promised_figures_are_there_and_the_test_part_is_the_default(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluate(capsys, data)
    assert set(found) >= PROMISED
    assert found["n"] == 12
    assert np.array(found["confusion"]).sum(axis=1).tolist() == [4, 4, 4]
    assert found["accuracy"] == pytest.approx(np.trace(found["confusion"]) / 12, abs=1e-4)
    mean, low, high = found["ece_if_calibrated"]
    assert 0 <= low <= mean <= high < 1
    assert found["ci95"]["accuracy"][0] <= found["accuracy"] <= found["ci95"]["accuracy"][1]


def test_part_all_takes_every_picture(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(capsys, data, "--part", "all")["n"] == 24


def test_training_copies_in_the_test_part_are_counted(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(data / "train/dark/0.png", data / "test/dark/9.png")
    found = evaluate(capsys, data)
    assert found["training_copies"]["n"] == 1
    assert found["training_copies"]["by_class"] == {"bright": 0, "dark": 1, "plain": 0}


def test_robust_adds_five_windows_and_their_mean(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluate(capsys, data, "--robust")
    windows = {k: v for k, v in found["rewindowed"].items() if k not in ("mean", "drop")}
    assert len(windows) == 5
    assert found["rewindowed"]["mean"] == pytest.approx(np.mean(list(windows.values())), abs=1e-4)


def test_pictures_that_the_gate_should_refuse_are_counted(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = tmp_path / "strange"
    strange.mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (96, 96, 3)).astype(np.uint8)
    cv2.imwrite(str(strange / "noise.png"), noise)
    (strange / "broken.png").write_bytes(b"x")
    found = evaluate(capsys, data, "--unsuitable", str(strange))["unsuitable"]
    assert (found["n"], found["refused"], found["passed"]) == (1, 1.0, [])


def test_plots_are_written(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(capsys, data, "--plots", str(tmp_path / "plots"))
    names = sorted(p.name for p in (tmp_path / "plots").iterdir())
    assert names == [f"tiny-{n}.png" for n in ("confusion", "reliability", "risk", "roc")]


def test_an_unreadable_picture_is_named_counted_and_makes_exit_3(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "test/dark/0.png").write_bytes(b"nothing")
    found = evaluate(capsys, data, code=3)
    assert (found["n"], found["failed"]) == (11, 1)


def test_a_damaged_model_ends_it_at_the_first_picture(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models/tiny/model.tflite").write_bytes(b"TFL3")
    runtime.forget()
    assert main(["evaluate", "--model", "tiny", "--data", str(data)]) == 1
    error = capsys.readouterr().err
    assert "SHA-256" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--part", "valid"), "no pictures in the part “valid”"),
        (("--split", "absent.csv"), "cannot be read"),
    ],
)
def test_what_cannot_be_evaluated_is_one_sentence(
    data: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], sentence: str
) -> None:
    assert main(["evaluate", "--model", "tiny", "--data", str(data), *options]) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1
