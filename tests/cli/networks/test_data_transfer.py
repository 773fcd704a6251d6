"""`lungview data transfer` with a small untrained network: the lines, and what cannot be done."""

import json
from importlib.util import find_spec
from pathlib import Path

import cv2
import pytest

from lungview.cli import main
from tests.training.chests import chest

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(find_spec("tensorflow") is None, reason="the extra `train` is absent"),
]


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, Path]:
    for s, source in enumerate(("here", "there")):
        for i in range(12):
            for name, radius in (("malignant", 10), ("normal", 0)):
                path = tmp_path / source / name / f"{i}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(path), chest(radius, 3, 100 * s + 2 * i + bool(radius)))
    return tmp_path / "here", tmp_path / "there"


@pytest.mark.tensorflow
def test_every_look_is_tried_and_the_rules_come_first(
    sources: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    here, there = (str(p) for p in sources)
    assert main(["data", "transfer", here, there, "--arch", "cnn", "--weights", "none", "--json"]) == 0
    rules, *looks = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rules["rules"]["left_out"]["thickest_opacity"] == 1.0
    assert [line["look"] for line in looks] == [
        "plain",
        "standard",
        "standard_denoised",
        "lungs",
        "lungs_denoised",
    ]
    assert all(line["n"] == 24 and 0 <= line["auc"] <= 1 for line in looks)


@pytest.mark.tensorflow
def test_an_unknown_network_is_one_sentence(
    sources: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "transfer", *map(str, sources), "--arch", "none"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
