"""2,000 seeded mutations (10,000: `make test-fuzz`): the right pixels, a word, or a ReadError; no hang."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COUNT, SEED = int(os.environ.get("LUNGVIEW_TEST_MUTATIONS", "2000")), 1
MOST_SECONDS = 280 * max(COUNT // 2000, 1)
ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.timeout(MOST_SECONDS + 20)
def test_hostile_bytes_give_the_right_pixels_or_a_word_and_never_crash_or_hang(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.image.readers.mutated.fuzz",
        tmp_path,
        COUNT,
        SEED,
    ]
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, capture_output=True, text=True, timeout=MOST_SECONDS, check=False
    )
    last = (tmp_path / "now.txt").read_text()
    assert done.returncode == 0, f"at {last}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    assert done.stdout.startswith(f"{COUNT} cases: ")
