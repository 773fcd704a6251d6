"""The lines of `lungview inspect DIR`: one a series, then one a skipped file; zips and DICOMDIRs alike."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path


def is_folder(path: Path) -> bool:
    """Whether a path holds files rather than an image: a folder, a zip, a DICOMDIR."""
    from lungview.sources.files.archive import is_dicomdir, is_zip

    if path.is_dir():
        return True
    return path.is_file() and (is_dicomdir(path) or is_zip(path))


def lines(path: Path) -> Iterator[dict[str, object]]:
    """The JSON objects of everything below a folder; progress goes to stderr."""
    from lungview.cli.studies import slice_order
    from lungview.sources.files.scan import scan

    order = slice_order.first()
    found = scan([path], first=order, on_progress=_progress if sys.stderr.isatty() else None)
    for series in found.series:
        yield {
            "series_uid": series.uid,
            "description": series.description,
            "modality": series.modality,
            "slices": len(series.instances),
            "rows": series.rows,
            "columns": series.columns,
            "spacing": [series.spacing.row, series.spacing.column] if series.spacing else None,
            "slice_spacing": series.slice_spacing,
            "warnings": list(series.warnings),
        }
    for skipped in found.skipped:
        error = skipped.error
        yield {
            "path": str(skipped.path),
            "error": error.message,
            "reason": error.reason,
            "hint": error.hint,
        }


def _progress(done: int, found: int) -> None:
    print(f"\r{done} of {found} files", end="\n" if done == found else "", file=sys.stderr, flush=True)
