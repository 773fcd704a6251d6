"""2,000 seeded mutations of generated files of every syntax: a slice or a ReadError, no crash, no hang."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

COUNT, SEED = 2000, 1
ROOT = Path(__file__).resolve().parents[3]


def test_hostile_bytes_neither_crash_nor_hang_nor_raise_anything_else(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.image.readers.fuzz", tmp_path, COUNT, SEED]
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, capture_output=True, text=True, timeout=280, check=False
    )
    last = (tmp_path / "now.txt").read_text()
    assert done.returncode == 0, f"at {last}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    assert done.stdout.startswith(f"{COUNT} cases: ")
