"""Which program this is: version and commit, for reports, Help → About, and bug reports."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lungview import __version__, paths


@dataclass(frozen=True, slots=True)
class Build:
    """version: of the package. commit: what was built, 40 hex digits, "" when nobody knows."""

    version: str
    commit: str

    def __str__(self) -> str:
        return f"{self.version} ({self.commit[:8]})" if self.commit else self.version


@lru_cache(maxsize=1)
def build() -> Build:
    """The build record of the frozen program, else the checkout's own commit, else the version alone."""
    record = paths.bundle() / "build.json"
    if record.is_file():
        found = json.loads(record.read_text(encoding="utf-8"))
        return Build(str(found["version"]), str(found["commit"]))
    return Build(__version__, _checkout_commit(paths.bundle()))


def program() -> str:
    """The program's name with its build, as reports and results give it: "LungView 0.1.0 (1a2b3c4d)"."""
    return f"LungView {build()}"


def _checkout_commit(folder: Path) -> str:
    if not (folder / ".git").exists():
        return ""
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=2, check=False)
    except (OSError, subprocess.SubprocessError):  # no git on this machine
        return ""
    return done.stdout.strip()
