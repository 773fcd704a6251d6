"""What the dialog has done in a thread: nothing here touches Qt."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from lungview import paths
from lungview.remote_nodes import RemoteNode, WebNode
from lungview.sources import archives
from lungview.sources.folder import Folder
from lungview.sources.source import Cancel, Found, FoundStudy, Query

KEPT_DAYS = 7  # then a retrieved study is deleted, when another one is retrieved
Emit = Callable[[object], None]


def kept_in() -> Path:
    """Where retrieved studies are."""
    return paths.data() / "retrieved"


def test(node: RemoteNode) -> float:
    """Seconds until a node answers. Raises NetworkError."""
    return archives.echo(node)


def keep_secret(node: WebNode, value: str) -> None:
    """Put a password or token into the system's key store; "" takes it out. Raises NetworkError."""
    archives.keep_secret(node, value)


def search(emit: Emit, cancelled: Cancel, node: RemoteNode, query: Query) -> Found:
    """Studies; each is emitted as it is found. Raises NetworkError, Cancelled."""
    return archives.find(node, query, emit, cancelled)


def retrieve(emit: Emit, cancelled: Cancel, node: RemoteNode, study: FoundStudy) -> tuple[int, int]:
    """Objects that came, and that are missing. Emits (folder, came, of how many or None) with each.

    Raises NetworkError, ReportError (no room), Cancelled.
    """
    delete_old()
    folder = Folder(kept_in())
    series = archives.find(node, Query(study_uid=study.study_uid, of_series=True), cancelled=cancelled).series
    counts = [each.instances for each in series]
    total = study.instances or (sum(filter(None, counts)) if all(counts) else None)
    came = missing = 0
    for each in series:
        place = folder.series(each.study_uid, each.series_uid).parent

        def tell(_path: Path, number: int, _of: int | None, before: int = came, at: Path = place) -> None:
            emit((at, before + number, total))

        result = archives.retrieve(node, each, folder, tell, cancelled)
        came, missing = came + result.received, missing + len(result.missing)
        emit((place, came, total))
    return came, missing


def delete_old() -> None:
    """Delete studies that were retrieved longer ago than KEPT_DAYS."""
    before = time.time() - KEPT_DAYS * 86400
    if kept_in().is_dir():
        for study in kept_in().iterdir():
            if study.is_dir() and study.stat().st_mtime < before:
                shutil.rmtree(study, ignore_errors=True)
