"""A small series on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview.image import phantom

THORAX = phantom.Thorax(slices=5, matrix=32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    phantom.write_series(tmp_path / "CT", THORAX)
    return tmp_path
