"""Listing what is to be opened, in a thread, and the reason when nothing of it can be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lungview.errors import LungViewError

if TYPE_CHECKING:
    from lungview.image.scan import Scan


def scan(
    emit: Callable[[object], None], cancelled: Callable[[], bool], paths: Sequence[Path], order: str
) -> Scan:
    """The series of some paths, their stacks in the order of Settings.slice_order.

    Emits ("series", Series) and ("progress", (done, found)) on the way.
    """
    from lungview.image import scan
    from lungview.image.series_geometry import First

    return scan.scan(
        paths,
        on_series=lambda found: emit(("series", found)),
        on_progress=lambda done, total: emit(("progress", (done, total))),
        cancelled=cancelled,
        first=First(order),
    )


def why_it_stopped(error: BaseException) -> LungViewError:
    """A sentence for whatever ended the listing; of a fault of the program the kind alone."""
    if isinstance(error, LungViewError):
        return error
    said = QCoreApplication.translate("Session", "reading stopped: %1")
    return LungViewError(said.replace("%1", type(error).__name__))


def why_nothing(found: Scan, paths: Sequence[Path]) -> LungViewError:
    """The one file's own reason; of several a sentence that says where theirs are."""
    if len(found.skipped) == 1:
        return found.skipped[0].error
    return LungViewError(
        QCoreApplication.translate("Session", "nothing here can be shown"),
        paths[0] if len(paths) == 1 else "",
        QCoreApplication.translate("Session", "File › Skipped files lists a reason for each."),
    )
