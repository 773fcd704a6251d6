"""`lungview models`: lines that scripts rely on."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lungview import paths
from lungview.cli import main

TINY = Path(__file__).parents[2] / "data/tiny_model"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny test network installed as the only model; its folder."""
    monkeypatch.setattr(paths, "models", lambda: tmp_path / "models")
    folder = tmp_path / "models/tiny"
    folder.mkdir(parents=True)
    for name in ("card.json", "model.tflite"):
        shutil.copy(TINY / name, folder)
    return folder


def test_list_has_the_promised_fields(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert set(line) == {"id", "task", "architecture", "classes", "default", "sha256", "metrics"}
    assert (line["id"], line["default"]) == ("tiny", True)


def test_show_prints_the_whole_card(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "show", "tiny"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((tiny / "card.json").read_text())


def test_verify_runs_a_whole_model(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"id": "tiny", "ok": True, "detail": ""}


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:-1] + b"x", lambda b: b""])
def test_verify_refuses_a_changed_file_before_it_is_loaded(
    tiny: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[bytes], bytes]
) -> None:
    path = tiny / "model.tflite"
    path.write_bytes(damage(path.read_bytes()))
    assert main(["models", "verify", "--json"]) == 1
    line = json.loads(capsys.readouterr().out)
    assert not line["ok"]
    assert "SHA-256" in line["detail"]


def test_an_unknown_model_is_one_sentence(tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "show", "none"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
