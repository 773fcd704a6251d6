"""`lungview selftest`: a line a check, and a failure that cannot be missed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lungview.cli import main, selftest
from lungview.cli.checks import models, sample
from lungview.image import encode
from lungview.model import registry
from lungview.model.card import read_card
from lungview.model.registry import Entry
from lungview.ui.start import trial

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny_model"


@pytest.fixture(scope="module")
def lines() -> list[dict[str, object]]:
    """What a process of its own prints: it opens a window and ends as a program does."""
    done = subprocess.run(
        [sys.executable, "-m", "lungview", "selftest", "--json"], capture_output=True, text=True, timeout=300
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, [line for line in found if not line["ok"]]
    return found


def test_every_transfer_syntax_decodes(lines: list[dict[str, object]]) -> None:
    assert all(list(line) == ["check", "ok", "detail"] for line in lines)
    assert sum(str(line["check"]).startswith("decode ") for line in lines) == len(encode.SYNTAXES)


def test_every_shipped_model_is_compared_with_what_it_gave(lines: list[dict[str, object]]) -> None:
    compared = {
        line["check"]: str(line["detail"]) for line in lines if str(line["check"]).startswith("model ")
    }
    assert set(compared) == {f"model {entry.card.id}" for entry in registry.scan().entries}
    classifiers = [compared[f"model {entry.card.id}"] for entry in registry.scan().classifiers]
    assert all(detail.startswith("largest difference") for detail in classifiers)
    assert compared["model malignancy"].startswith("whole")


def test_reports_are_written_and_the_window_opens(lines: list[dict[str, object]]) -> None:
    checked = {line["check"] for line in lines}
    assert {"report PDF", "report DICOM SR", "window", "pictures by Qt"} <= checked


def test_a_picture_plugin_that_is_missing_is_named(qapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "READ", {*trial.READ, "nonesuch"})
    assert trial.missing_formats() == ["reading nonesuch"]


def test_a_model_that_answers_otherwise_is_told(tmp_path: Path) -> None:
    entry = Entry(read_card(TINY), tmp_path)
    for file in TINY.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    right = models.probabilities(entry, sample.middle())
    (tmp_path / models.EXPECTED).write_text(json.dumps({"probabilities": [right[0] + 0.05, *right[1:]]}))
    assert not models._compared(entry, sample.middle()).ok


def test_a_check_that_raises_is_reported_and_the_others_still_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> list[selftest.Result]:
        raise RuntimeError("no such codec")

    def fine() -> list[selftest.Result]:
        return [selftest.Result("fine", True, "")]

    monkeypatch.setattr(selftest, "CHECKS", (broken, fine))
    assert main(["selftest"]) == 1
    assert capsys.readouterr().out == "FAILED broken: RuntimeError: no such codec\nok     fine: \n"
