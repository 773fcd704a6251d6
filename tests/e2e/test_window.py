"""The real window under a real X server."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lungview import paths
from tests.e2e.conftest import Program

pytestmark = pytest.mark.display


def test_closing_the_window_ends_the_program_well_and_quietly(
    start: Callable[..., Program], tmp_path: Path
) -> None:
    program = start(paths.resources() / "sample")
    assert program.close() == 0
    assert (tmp_path / "stderr").read_text() == ""
