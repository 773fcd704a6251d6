"""Listing what is to be opened, in a thread, and the reason for each file that cannot be shown.

A file whose header is well may hold pixels that are not: what is open gives way only to a slice that was
decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lungview.viewer.panes.reasons import Say, plainly, why_unread

if TYPE_CHECKING:
    from lungview.errors import LungViewError
    from lungview.image.slice import Instance
    from lungview.sources.files.scan import Scan, Skipped
    from lungview.study.series import Series


def scan(
    emit: Callable[[object], None],
    cancelled: Callable[[], bool],
    paths: Sequence[Path],
    order: str,
    read: Callable[[Instance], object],
    say: Say = plainly,
) -> Scan:
    """The series of some paths, their stacks in the order of Settings.slice_order.

    Emits ("series", Series) and ("progress", (done, found)) on the way, of segments nothing. read: decodes a
    slice, and had better keep it. Where no slice of any series can be decoded, the result holds no series,
    and one that could not among the skipped files.
    """
    from lungview.sources.files import scan
    from lungview.study.sorting.series_geometry import First
    from lungview.viewer.studies.overlay_files import is_overlay, split

    proof = _Proof(read, cancelled, say)

    def on_series(series: Series) -> None:
        if not is_overlay(series) and proof.of(series):
            emit(("series", series))

    found = scan.scan(
        paths,
        on_series=on_series,
        on_progress=lambda done, total: emit(("progress", (done, total))),
        cancelled=cancelled,
        first=First(order),
    )
    found = split(found, cancelled)
    if not proof.given:
        for series in filter(is_overlay, found.series):
            proof.of(series)
    return found if proof.given else replace(found, series=(), skipped=(*found.skipped, *proof.failures))


class _Proof:
    """Whether something of what is listed can be shown: once one slice could be decoded, yes."""

    def __init__(self, read: Callable[[Instance], object], cancelled: Callable[[], bool], say: Say) -> None:
        self._read, self._cancelled, self._say = read, cancelled, say
        self._failed: dict[Instance, LungViewError] = {}
        self.given = False

    @property
    def failures(self) -> tuple[Skipped, ...]:
        """One for each file of which no frame could be decoded."""
        from lungview.sources.files.scan import Skipped

        of_file = {(each.path, each.member): error for each, error in reversed(self._failed.items())}
        return tuple(Skipped(path / member, error) for (path, member), error in of_file.items())

    def of(self, series: Series) -> bool:
        """Decodes slices of a series until one is well; each at most once, however often it has grown."""
        untried = (each for each in series.instances if each not in self._failed)
        self.given = self.given or any(self._decodes(each) for each in untried if not self._cancelled())
        return self.given

    def _decodes(self, instance: Instance) -> bool:
        try:
            self._read(instance)
        except Exception as error:
            self._failed[instance] = why_unread(error, instance, self._say)
            return False
        return True
