"""A study of a person, to be anonymised."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview.image import phantom
from tests.report.anonymise.persons import named


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    phantom.write_series(folder, phantom.Thorax(slices=3, matrix=32))
    for path in folder.rglob("*.dcm"):
        named(path)
    return folder
