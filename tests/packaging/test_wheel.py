"""A wheel carries resources and models, and works where there is no checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIND = "import lungview.paths as p; print(p.__file__, (p.resources() / 'presets.toml').is_file(), p.models())"


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not installed")
def test_the_wheel_finds_its_own_resources_and_models(tmp_path: Path) -> None:
    build = ["uv", "build", "--wheel", "--no-build-isolation", "--quiet", "--python", sys.executable]
    subprocess.run([*build, "--out-dir", str(tmp_path)], cwd=ROOT, check=True)
    elsewhere = tmp_path / "elsewhere"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(elsewhere)
    environment = {**os.environ, "PYTHONPATH": str(elsewhere)}
    done = subprocess.run(
        [sys.executable, "-c", FIND],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    package = elsewhere / "lungview"
    assert done.stdout.split() == [str(package / "paths.py"), "True", str(package / "models")]
    shipped = {p.name for p in (ROOT / "models").iterdir()}
    assert {p.name for p in (package / "models").iterdir()} == shipped
