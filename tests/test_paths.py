"""Where things are, from a checkout and with a home of one's own."""

from pathlib import Path

import pytest

from lungview import paths


def test_a_checkout_finds_its_resources_and_models_beside_the_package() -> None:
    assert (paths.resources() / "presets.toml").is_file()
    assert paths.models().is_dir()


def test_one_variable_moves_everything_a_user_owns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LUNGVIEW_HOME", str(tmp_path))
    owned = (paths.data(), paths.config(), paths.logs(), paths.user_models())
    assert all(tmp_path in folder.parents for folder in owned)


def test_the_frozen_program_looks_in_its_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert paths.resources() == tmp_path / "resources"
