"""Which of the files that a scan found are no pictures but lie over pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lungview.errors import NoPixelData
from lungview.overlays import reading
from lungview.sources.files.scan import Scan, Skipped
from lungview.study.series import Series

Place = tuple[Path, str]  # a file, and the member of a zip or ""


def is_overlay(series: Series) -> bool:
    """Whether a series is of segments: pictures to a reader of pixels, no pictures to a reader."""
    first = series.instances[0] if series.instances else None
    return first is not None and reading.is_overlay(first.sop_class_uid)


def split(scan: Scan, cancelled: Callable[[], bool] = lambda: False) -> Scan:
    """The scan with what lies over pictures in `overlays`, and no longer among the skipped files.

    Segments stay among the series where there is no other: they are looked at for want of their pictures.
    """
    segments = [each for each in scan.series if is_overlay(each)]
    pictures = tuple(each for each in scan.series if not is_overlay(each))
    of_skipped = {each.path: each.place for each in scan.skipped if not cancelled() and _is_laid(each)}
    files = dict.fromkeys((i.path, i.member) for each in segments for i in each.instances)
    return replace(
        scan,
        series=pictures or scan.series,
        skipped=tuple(each for each in scan.skipped if each.path not in of_skipped),
        overlays=(*files, *of_skipped.values()),
    )


def _is_laid(skipped: Skipped) -> bool:
    return isinstance(skipped.error, NoPixelData) and reading.is_overlay(reading.class_of(*skipped.place))
