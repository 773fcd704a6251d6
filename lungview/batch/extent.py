"""How far a batch has come, and what it was to judge: what a report says of it, and what it goes on with."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lungview.batch.store import NAME, Store


@dataclass(frozen=True, slots=True)
class Extent:
    """done of total inputs have a row; total is 0 where it was not recorded.

    complete: the batch went through to its end. sources: what it was asked to judge, to go on with.
    """

    done: int
    total: int
    complete: bool
    sources: tuple[Path, ...] = ()

    @property
    def sentence(self) -> str:
        """ "86 of 315 files, unfinished", "" for a batch that went through."""
        if self.complete:
            return ""
        files = f"{self.done:,} of {self.total:,} files" if self.total else f"{self.done:,} files"
        return f"{files}, unfinished"


def begin(store: Store, sources: Sequence[Path], total: int) -> None:
    """Record that a batch of `total` inputs begins, or goes on; until `end` it counts as unfinished."""
    if not store.get("started"):
        store.note("started", _now())
    store.note("sources", json.dumps([os.fsencode(p.absolute()).decode("latin-1") for p in sources]))
    store.note("total", str(total))
    store.note("complete", "no")


def end(store: Store, complete: bool) -> None:
    """Record when the batch ended, and whether it went through."""
    store.note("finished", _now())
    store.note("complete", "yes" if complete else "no")


def extent(store: Store) -> Extent:
    """How far the batch in a store has come."""
    sources = json.loads(store.get("sources") or "[]")
    return Extent(
        done=store.count(),
        total=int(store.get("total") or 0),
        complete=store.get("complete") == "yes",
        sources=tuple(Path(os.fsdecode(p.encode("latin-1"))) for p in sources),
    )


def latest_unfinished(folder: Path) -> Path | None:
    """The newest batch below a folder, when it was not brought to its end; None else.

    Raises ReportError when its results cannot be read.
    """
    found = max(folder.glob(f"*/{NAME}"), key=lambda path: path.stat().st_mtime, default=None)
    if found is None:
        return None
    with Store(found) as store:
        return None if extent(store).complete else found.parent


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
