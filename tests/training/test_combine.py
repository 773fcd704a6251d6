"""Several models as one more, through the command line."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
pytest.importorskip("keras")

from lungview import paths
from lungview.cli import main

TINY = Path(__file__).parents[1] / "data" / "tiny_model"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny network under two names; the folder of models."""
    root = tmp_path / "models"
    monkeypatch.setattr(paths, "models", lambda: root)
    for name in ("one", "two"):
        shutil.copytree(TINY, root / name)
        card = json.loads((root / name / "card.json").read_text())
        (root / name / "card.json").write_text(json.dumps({**card, "id": name, "ood_threshold": None}))
    return root


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Grey ground with a bright square, a dark one or none, to validate and to test."""
    rng = np.random.default_rng(0)
    for part in ("valid", "test"):
        for name, value in (("bright", 235), ("dark", 20), ("plain", None)):
            for i in range(3):
                picture = rng.normal(115, 3, (96, 96))
                if value is not None:
                    picture[30:55, 30:55] = value
                path = tmp_path / "data" / part / name / f"{i}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(path), picture.astype(np.uint8))
    return tmp_path / "data"


def run(capsys: pytest.CaptureFixture[str], *line: str) -> tuple[int, str, str]:
    code = main([str(part) for part in line])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_an_ensemble_is_combined_listed_verified_measured_and_asked(
    installed: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ("models", "combine", "one", "two", "--id", "both", "--data", data, "--out", installed / "both")
    assert run(capsys, *line)[0] == 0
    assert [p.name for p in (installed / "both").iterdir()] == ["card.json"]
    listed = [json.loads(text) for text in run(capsys, "models", "list", "--json")[1].splitlines()]
    assert [e["id"] for e in listed] == ["both", "one", "two"]
    assert json.loads(run(capsys, "models", "verify", "both", "--json")[1]) == {
        "id": "both",
        "ok": True,
        "detail": "",
    }
    card = json.loads(run(capsys, "models", "show", "both", "--json")[1])
    assert [m["id"] for m in card["ensemble"]] == ["one", "two"]
    figures = json.loads(run(capsys, "evaluate", "--model", "both", "--data", data, "--json")[1])
    assert (figures["model"], figures["n"], figures["accuracy"]) == ("both", 9, 1.0)
    picture = data / "test" / "dark" / "0.png"
    answer = json.loads(run(capsys, "classify", picture, "--model", "both", "--override", "--json")[1])
    assert (answer["model"], answer["label"]) == ("both", "dark")


def test_verify_names_the_member_whose_file_was_changed(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "models", "combine", "one", "two", "--id", "both", "--out", installed / "both")
    with (installed / "two" / "model.tflite").open("ab") as file:
        file.write(b"x")
    code, out, _ = run(capsys, "models", "verify", "both", "--json")
    assert code == 1
    assert "two: the model file is not the one its card names" in json.loads(out)["detail"]


@pytest.mark.parametrize(
    ("members", "sentence"), [(("one",), "two or more"), (("one", "one"), "two or more")]
)
def test_one_model_alone_is_no_ensemble(
    installed: Path, capsys: pytest.CaptureFixture[str], members: tuple[str, ...], sentence: str
) -> None:
    code, _, told = run(capsys, "models", "combine", *members, "--id", "both", "--out", installed / "both")
    assert code == 1
    assert sentence in told


def test_an_ensemble_of_a_mirrored_model_is_not_mirrored_once_more(
    installed: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = json.loads((installed / "one" / "card.json").read_text())
    (installed / "one" / "card.json").write_text(json.dumps({**card, "mirrored": True}))
    line = ("models", "combine", "one", "two", "--id", "both", "--data", data, "--out", installed / "both")
    assert run(capsys, *line)[0] == 0
    assert json.loads((installed / "both" / "card.json").read_text())["mirrored"] is False


def test_models_that_judge_otherwise_are_not_combined(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = json.loads((installed / "two" / "card.json").read_text())
    (installed / "two" / "card.json").write_text(json.dumps({**card, "preparation": "box"}))
    code, _, told = run(
        capsys, "models", "combine", "one", "two", "--id", "both", "--out", installed / "both"
    )
    assert code == 1
    assert "two does not judge what one judges" in told
