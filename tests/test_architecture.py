"""What start-up loads, proven in a fresh interpreter."""

import subprocess
import sys

import pytest

HEAVY = (
    "PySide6",
    "tensorflow",
    "keras",
    "matplotlib",
    "highdicom",
    "reportlab",
    "ai_edge_litert",
    "sklearn",
)


@pytest.mark.parametrize("module", ["lungview.cli", "lungview.__main__"])
def test_importing_the_command_line_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
