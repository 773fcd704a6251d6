"""Where studies are that were retrieved from archives."""

from __future__ import annotations

from pathlib import Path

from lungview import paths
from lungview.sources.folder import Folder


def kept_in() -> Path:
    """The folder of all of them."""
    return paths.data() / "retrieved"


def place_of(study_uid: str) -> Path:
    """The folder of a retrieved study, whether it is there or not."""
    return Folder(kept_in()).series(study_uid, "").parent
