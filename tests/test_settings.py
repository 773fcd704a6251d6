"""The user's choices survive a restart, a crash while writing and a damaged file."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from lungview import settings
from lungview.errors import SettingsError
from lungview.image.window import Window
from lungview.settings import Settings


def test_what_was_saved_is_loaded_again() -> None:
    chosen = Settings(
        theme="light",
        brighter="down",
        shortcuts={"tool.ruler": ("R", "Ctrl+D")},
        user_windows={"9": Window(90, 150, name="Liver")},
        first_window={"CT": "mediastinum", "other": "auto"},
    )
    settings.save(chosen)
    loaded = settings.load()
    assert loaded.settings == chosen
    assert loaded.problems == ()


def test_a_missing_file_gives_the_defaults_without_a_word() -> None:
    assert settings.load() == settings.Loaded(Settings())


def test_a_damaged_file_gives_the_defaults_a_sentence_and_is_kept_aside() -> None:
    path = settings.default_path()
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"theme": "li\xff')
    loaded = settings.load()
    assert loaded.settings == Settings()
    assert "settings.json.bad" in loaded.problems[0]
    assert path.with_name("settings.json.bad").read_bytes() == b'{"theme": "li\xff'


def test_a_file_nested_beyond_reason_gives_the_defaults_too(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("[" * 100_000)
    assert settings.load(path).settings == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("hide_patient", "false"),
        ("cine_fps", float("nan")),
        ("cine_fps", True),
        ("cache_mb", -1),
        ("shortcuts", {"tool.ruler": "D"}),
        ("user_windows", {"5": {"center": 1}}),
        ("user_windows", {"5": {"center": 1, "width": 0}}),
        ("user_windows", {"1": {"center": 1, "width": 10}}),
        ("first_window", {"XX": "lung"}),
        ("first_window", {"CT": "liver"}),
        ("first_window", "lung"),
        ("first_window", {"CT": ["lung"]}),
        ("cine_fps", 10**400),
        ("user_windows", {"5": {"center": 10**400, "width": 1}}),
        ("report_reader", "half a character: \ud83d"),
        ("shortcuts", {"tool.ruler": ["\ud83d"]}),
    ],
)
def test_one_bad_value_costs_only_itself(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"interpolation": "cubic", name: value}))
    loaded = settings.load(path)
    assert loaded.settings == Settings(interpolation="cubic")
    assert len(loaded.problems) == 1
    assert name in loaded.problems[0]


def test_a_setting_of_a_later_version_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "light", "holograms": 3}')
    assert settings.load(path) == settings.Loaded(Settings(theme="light"))


def test_importing_a_file_with_a_bad_value_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "exported.json"
    path.write_text('{"theme": "pink"}')
    with pytest.raises(SettingsError, match="theme"):
        settings.read(path)


def test_an_exported_file_is_imported_whole(tmp_path: Path) -> None:
    chosen = Settings(theme="light", cine_fps=25)
    settings.save(chosen, tmp_path / "Ünï 中文.json")
    assert settings.read(tmp_path / "Ünï 中文.json") == chosen


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    settings.save(Settings(theme="light"), path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SettingsError, match="No space left"):
        settings.save(Settings(), path)
    assert settings.read(path) == Settings(theme="light")
    assert [each.name for each in tmp_path.iterdir()] == ["settings.json"]


def test_settings_cannot_be_made_with_a_bad_value() -> None:
    with pytest.raises(SettingsError, match="theme"):
        replace(Settings(), theme="pink")


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().theme = "light"  # type: ignore[misc]
