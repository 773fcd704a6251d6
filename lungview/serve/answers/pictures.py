"""`POST /pictures` in a worker: the pixels of a small series, for a page that windows them itself.

The body is a row of records: 4 bytes, the length of the JSON object that follows (little-endian), the object,
and as many bytes of pixels as its `bytes` says. The first record is of the whole, then comes one a picture.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lungview.errors import Cancelled, LungViewError
from lungview.image import readers
from lungview.image.display import default_window, display
from lungview.image.slice import Instance, Slice
from lungview.image.window import VoiLutFunction, Window
from lungview.report.content import RESEARCH_USE
from lungview.serve.answers.bounds import Picture, pictures
from lungview.serve.answers.job import Bench, Job
from lungview.serve.problem import Problem, of_error
from lungview.sources.files.scan import scan
from lungview.study.series import Series

_Where = tuple[Path, str]


def answer(job: Job, bench: Bench) -> Iterator[bytes]:
    """The records, in the order of the series. Raises Problem, also where no file holds a picture."""
    found = pictures(job.uploads, bench.limits)
    _check_together(found, bench)
    labels = {(p.candidate.path, p.candidate.member): p for p in found}
    scanned = scan([upload.path for upload in job.uploads])
    failed = [p for p in found if p.error is not None]
    if not scanned.series:
        raise (
            of_error(failed[0].error)
            if failed and failed[0].error
            else Problem(422, "NoPicture", "no picture")
        )
    count = sum(len(series.instances) for series in scanned.series)
    head = {"notice": RESEARCH_USE, "pictures": count, "series": [_about(s) for s in scanned.series]}
    yield _record(head)
    for number, series in enumerate(scanned.series):
        for index, instance in enumerate(series.instances):
            if bench.cancelled():
                raise Cancelled("the answer is wanted no more")
            yield _of_instance(instance, (number, index), labels[instance.path, instance.member])
    for picture in failed:
        assert picture.error is not None
        yield _failure(picture, picture.error)


def _check_together(found: tuple[Picture, ...], bench: Bench) -> None:
    pixels = sum(p.instance.rows * p.instance.columns for p in found if p.instance is not None)
    if pixels > bench.limits.shown:
        most, size = bench.limits.shown // 1_000_000, pixels // 1_000_000
        raise Problem(
            413,
            "TooLarge",
            f"a page shows {most} million pixels at once, found {size} million",
            "open fewer slices",
        )


def _about(series: Series) -> dict[str, Any]:
    return {
        "modality": series.modality,
        "description": series.description,
        "slices": len(series.instances),
        "warnings": list(series.warnings),
    }


def _of_instance(instance: Instance, at: tuple[int, int], picture: Picture) -> bytes:
    try:
        slice_ = readers.read_instance(instance)
    except LungViewError as error:
        return _failure(picture, error, at)
    kind, pixels = _pixels(slice_)
    about = {
        **_place(picture, instance.frame, at),
        "rows": slice_.rows,
        "columns": slice_.columns,
        "kind": kind,
        "bytes": pixels.nbytes,
        "unit": slice_.unit,
        "windows": _windows(slice_),
        "inverted": slice_.inverted and kind != "shown",
        "aspect": slice_.aspect,
        "warnings": list(slice_.warnings),
    }
    return _record(about, pixels)


def _place(picture: Picture, frame: int, at: tuple[int, int]) -> dict[str, Any]:
    """Where a picture is from. at: numbers of its series, and of the slice in it, unread ones counted."""
    return {
        "series": at[0],
        "index": at[1],
        "file": picture.number,
        "member": picture.candidate.member,
        "frame": frame,
        "label": picture.label,
    }


def _failure(picture: Picture, error: LungViewError, at: tuple[int, int] = (0, 0)) -> bytes:
    said = {"error": error.message, "reason": error.reason, "hint": error.hint, "bytes": 0}
    return _record({**_place(picture, 0, at), **said})


def _record(about: dict[str, Any], pixels: np.ndarray | None = None) -> bytes:
    text = json.dumps(about, ensure_ascii=False).encode()
    return struct.pack("<I", len(text)) + text + (b"" if pixels is None else pixels.tobytes())


def _pixels(slice_: Slice) -> tuple[str, np.ndarray]:
    """Kind and pixels: "rgb" and "shown" (uint8, as they are to be seen), "int16", "float32"."""
    if slice_.colour:
        return "rgb", np.ascontiguousarray(slice_.values)
    if default_window(slice_).lut is not None:  # a table of the file's own; no window of two numbers says it
        return "shown", display(slice_, default_window(slice_))
    values = slice_.values
    whole = np.rint(np.nan_to_num(values))
    if np.array_equal(whole, values) and whole.size and whole.min() >= -32768 and whole.max() <= 32767:
        return "int16", np.ascontiguousarray(whole, dtype="<i2")
    return "float32", np.ascontiguousarray(values, dtype="<f4")


def _windows(slice_: Slice) -> list[dict[str, Any]]:
    """The window that comes first, then the file's others."""
    first = default_window(slice_)
    own = [w for w in slice_.windows if w.lut is None and w != first]
    return [] if slice_.colour or first.lut is not None else [_window(w) for w in (first, *own)]


def _window(window: Window) -> dict[str, Any]:
    function = window.function
    assert isinstance(function, VoiLutFunction)
    return {"center": window.center, "width": window.width, "function": function.value, "name": window.name}
