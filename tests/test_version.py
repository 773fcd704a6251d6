"""Version and commit come from the build record when there is one."""

import json
from pathlib import Path

import pytest

from lungview import __version__, paths, version


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "bundle", lambda: tmp_path)
    version.build.cache_clear()
    yield tmp_path
    version.build.cache_clear()


def test_the_frozen_programs_record_is_believed(bundle: Path) -> None:
    (bundle / "build.json").write_text(json.dumps({"version": "9.8.7", "commit": "c0ffee00" + "0" * 32}))
    assert str(version.build()) == "9.8.7 (c0ffee00)"


def test_outside_a_checkout_the_version_stands_alone(bundle: Path) -> None:
    assert str(version.build()) == __version__
