"""Refused files of every kind, and models whose networks say what can be found again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lungview import paths
from lungview.network import runtime
from tests.tiny import install
from tests.withheld.doors import World
from tests.withheld.kinds import CLASSES, KINDS, LIMIT, Network, make

Answers = Callable[[str, str], Network]


@pytest.fixture(scope="session")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Kind → a folder with its files."""
    root = tmp_path_factory.mktemp("refused")
    return {kind: make(kind, root / kind) for kind in KINDS}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Answers:
    """Two models; a function that says what their networks answer of a kind from then on."""
    monkeypatch.setattr(paths, "models", lambda: tmp_path / "no-models")
    for name in ("tiny", "tiny2"):
        install(name, classes=CLASSES, ood_threshold=LIMIT, calibrated=True)

    def answer(kind: str, which: str) -> Network:
        network = Network(which, far=kind == "unlike")
        monkeypatch.setattr(runtime, "load", lambda _entry, _threads=None: network)
        return network

    return answer


@pytest.fixture
def world(refused: dict[str, Path], tmp_path: Path) -> Callable[..., World]:
    """A function that gives the files of a kind and an empty folder."""

    def made(kind: str, name: str = "out", *, override: bool = False) -> World:
        out = tmp_path / name
        out.mkdir()
        return World(refused[kind], out, override)

    return made
