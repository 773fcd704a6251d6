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
    "starlette",
    "uvicorn",
)


@pytest.mark.parametrize("module", ["lungview.cli", "lungview.__main__"])
def test_importing_the_command_line_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_first_window_waits_for_no_numerics_and_no_reader() -> None:
    modules = ("numpy", "cv2", "pydicom", "platformdirs", *HEAVY[1:])
    loaded = "import sys, lungview.cli, lungview.ui.start.app"
    code = f"{loaded}; print([m for m in {modules!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_training_needs_keras_but_not_tensorflow() -> None:
    """Keras also runs on JAX and torch; only the export to LiteRT is TensorFlow's. Keras is stood in for."""
    code = """
import sys
from unittest.mock import MagicMock

sys.modules |= {name: MagicMock() for name in ("keras", "keras.layers", "keras.ops")}
sys.modules["tensorflow"] = None
import lungview.training.learn.curves, lungview.training.learn.fit, lungview.training.folds
with lungview.training.data.distribute.told(lungview.training.data.distribute.ALONE):
    print("trained")
try:
    import lungview.training.export.litert
except ImportError as error:
    print(error.name)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["trained", "tensorflow"]


def test_the_names_of_the_subcommands_are_those_of_their_modules() -> None:
    from lungview import cli

    assert tuple(module.NAME for module in cli.commands()) == cli.NAMES


def test_the_window_gets_ready_without_what_reports_and_rare_formats_need() -> None:
    heavy = ("reportlab", "tifffile", "highdicom", "tensorflow", "matplotlib", "pynetdicom", "starlette")
    code = (
        f"import sys, lungview.ui.start.app as a; a.load(); print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
