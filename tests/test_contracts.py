"""The import contracts, each broken once on purpose in a copy of the package, and seen to fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LAYERS = "Each layer imports only the layers below it, and every module is in a layer"
HOST = "Features know a host, not the window"
PLANTED = [
    ("settings.py", "import PySide6", "Qt in lungview.ui only"),
    ("report/table.py", "from PySide6 import QtCore", "Qt in lungview.ui only"),
    ("recent.py", "from lungview.report import table", LAYERS),
    ("files.py", "from lungview.classify import case", LAYERS),
    ("attic.py", "ROOM = 0", LAYERS),
    ("image/slice.py", "from lungview.image import stored", "No import circle"),
    ("image/window.py", "from lungview.image.slice import Slice", "No import circle"),
    ("ui/pane/canvas.py", "from lungview.ui.pane.tools import base", "No import circle"),
    ("ui/annotate/annotation_layer.py", "from lungview.ui.annotate.tools import select", "No import circle"),
    ("cli/studies/report.py", "from lungview.cli import main", "Subcommands know no command line"),
    ("ui/pane/qimage.py", "from lungview.ui.shell import main_window", "No import circle"),
    ("ui/pacs/actions.py", "from lungview.ui.shell.main_window import MainWindow", HOST),
    ("ui/settings/about.py", "from lungview.ui.shell import main_window", HOST),
    ("viewer/state.py", "from PySide6 import QtGui", "Qt in lungview.ui only"),
    ("training/learn/fit.py", "from lungview.training import folds", "No import circle"),
    ("paths.py", "import ai_edge_litert", "LiteRT in lungview.network only"),
    ("logs.py", "import keras", "TensorFlow in lungview.training only"),
    ("batch/run.py", "import distributed", "Dask in lungview.batch.carriers.cluster only"),
    ("batch/run.py", "import pynetdicom", "The network only where the network is"),
    ("sources/archives.py", "import pynetdicom", "The network only where the network is"),
    ("sources/pacs/find.py", "import dicomweb_client", "The network only where the network is"),
    ("cli/serve.py", "import starlette", "The network only where the network is"),
]


@pytest.mark.parametrize(("file", "line", "contract"), PLANTED, ids=[f"{f}: {x}" for f, x, _ in PLANTED])
def test_a_planted_import_breaks_its_contract(tmp_path: Path, file: str, line: str, contract: str) -> None:
    package = tmp_path / "lungview"
    shutil.copytree(ROOT / "lungview", package, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    module = package / file
    text = module.read_text(encoding="utf-8") if module.exists() else ""
    module.write_text(f"{text}\n{line}\n", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports_command as run; run()"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract} BROKEN" in done.stdout
