"""`lungview demo` shows the synthetic sample wherever it runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pypdf
import pytest

from lungview import cli, paths
from lungview.cli import demo
from lungview.errors import ModelError
from lungview.model import registry

TINY = Path(__file__).parents[1] / "data" / "tiny_model"


@pytest.fixture
def no_display(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.fixture
def installed(monkeypatch):
    shutil.copytree(TINY, paths.user_models() / "tiny")
    monkeypatch.setattr(registry, "default", lambda: registry.find("tiny"))


def test_without_a_display_it_says_so_and_writes_a_picture_and_a_pdf(no_display, installed, tmp_path, capsys):
    assert cli.main(["demo", "--screenshot", str(tmp_path / "out" / "demo.png")]) == 0
    said = capsys.readouterr()
    assert "no display" in said.err
    assert "synthetic" in said.out
    picture = cv2.imread(str(tmp_path / "out" / "demo.png"))
    assert picture.ndim == 3
    assert picture.std() > 20
    text = pypdf.PdfReader(tmp_path / "out" / "demo.pdf").pages[0].extract_text()
    assert "Research use only" in text


def test_of_a_sample_that_the_model_must_not_judge_it_shows_no_class_and_no_heat_map(
    no_display, tmp_path, capsys
):
    """The default model's gate refuses the synthetic thorax."""
    assert cli.main(["demo", "--screenshot", str(tmp_path / "demo.png")]) == 0
    said = capsys.readouterr().out
    assert "Not suitable for this model" in said
    assert "adenocarcinoma" not in said.lower()
    picture = cv2.imread(str(tmp_path / "demo.png"))
    assert picture.std() > 20
    assert not np.ptp(picture, axis=2).any()


def test_without_a_model_it_shows_the_slice_and_says_why(no_display, tmp_path, capsys, monkeypatch):
    def none() -> None:
        raise ModelError("no models are installed")

    monkeypatch.setattr(registry, "default", none)
    assert cli.main(["demo", "--screenshot", str(tmp_path / "demo.png")]) == 0
    assert "no models are installed" in capsys.readouterr().err
    assert (tmp_path / "demo.pdf").is_file()


def test_a_display_that_does_not_answer_is_no_display(monkeypatch):
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":4711")
    assert not demo.has_display()


def test_the_sample_is_in_the_package():
    assert list(demo.sample().rglob("*.dcm"))
