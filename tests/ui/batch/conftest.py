"""A batch panel with a small model, a folder for it, and a batch that has ended."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from lungview import paths
from lungview.model.card import read_card, to_json
from lungview.ui.batch.panel import BatchPanel
from lungview.ui.shell.main_window import MainWindow
from lungview.viewer.batches import offered
from lungview.viewer.second_reader import reader as second_reader
from tests.batch.conftest import TINY, picture, threads
from tests.ui.waiting import heard


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "in"
    root.mkdir()
    for i in range(4):
        picture(root / f"p{i}.png", i)
    (root / "cut.png").write_bytes((root / "p0.png").read_bytes()[:300])
    return root


@pytest.fixture
def panel(window: MainWindow) -> BatchPanel:
    """The panel, with a model that judges small crops."""
    target = paths.user_models() / "tiny"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(TINY, target)
    card = dataclasses.replace(read_card(TINY), ood_threshold=float("inf"), preparation="box")
    (target / "card.json").write_text(json.dumps(to_json(card)))
    reader = second_reader.of(window.workspace)
    reader.list_models()
    reader.choose("tiny")
    offered.of(window.workspace).pool = threads
    found = window.panels["batch"]
    assert isinstance(found, BatchPanel)
    return found


@pytest.fixture
def done(qtbot, panel: BatchPanel, folder: Path, tmp_path: Path) -> BatchPanel:
    with heard(qtbot, offered.of(panel._workspace).ended, timeout=60_000):
        panel.start([folder], tmp_path / "out")
    return panel
