"""`lungview inspect PATH…`: what a file holds, one line each; the pixels' checksum proves the reading."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lungview.cli.exit_codes import COULD_NOT, OK, SOME_FAILED
from lungview.cli.plain import plain
from lungview.cli.studies import inspect_folder
from lungview.errors import LungViewError

if TYPE_CHECKING:
    from lungview.image.stored import Stored

NAME = "inspect"


def add(subparsers: Any) -> None:
    command = subparsers.add_parser(NAME, help="say what files and folders hold")
    command.add_argument("paths", nargs="+", metavar="PATH")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a line for every file. Returns 0 done, 1 when nothing could be read, 3 when some could not."""

    show = _json_line if args.json else _text
    done = failed = 0
    for path in args.paths:
        for line in lines(path):
            show(line)
            failed += "error" in line
            done += "error" not in line
    if not failed:
        return OK
    return SOME_FAILED if done else COULD_NOT


def lines(path: str) -> Iterator[dict[str, object]]:
    """The JSON objects of one PATH: a file's own, those of a folder's series, or an error's."""
    try:
        if inspect_folder.is_folder(Path(path)):
            yield from inspect_folder.lines(Path(path))
        else:
            yield describe(path)
    except LungViewError as error:
        yield failure(error, path)


def failure(error: LungViewError, path: str) -> dict[str, object]:
    """What a line says of a file that was not read."""
    return {"path": path, "error": error.message, "reason": error.reason, "hint": error.hint}


def describe(path: str) -> dict[str, object]:
    """The JSON object of one readable file; every frame is decoded. Raises ReadError."""
    from lungview.image import readers

    header = readers.read_header(Path(path))
    figures, notes = _Figures(), list(header.warnings)
    first = None
    for stored in readers.read_stored_frames(Path(path)):
        first = first or stored
        figures.add(stored)
        notes += stored.about.warnings
    assert first is not None  # a file without a frame is refused
    about, instance, spacing = first.to_slice(), header.instances[0], first.about.spacing
    return {
        "path": path,
        "format": header.format,
        "modality": instance.modality,
        "transfer_syntax": header.transfer_syntax,
        "rows": about.rows,
        "columns": about.columns,
        "frames": figures.frames,
        "unit": figures.unit,
        "min": _finite(figures.low),
        "max": _finite(figures.high),
        "mean": _finite(figures.mean),
        "pixel_sha256": figures.digest.hexdigest(),
        "spacing": [spacing.row, spacing.column] if spacing else None,
        "spacing_source": spacing.source if spacing else "none",
        "photometric": header.photometric if header.transfer_syntax else _RASTER[about.colour],
        "windows": [
            {"center": w.center, "width": w.width, "function": str(w.function), "name": w.name}
            for w in about.windows
        ],
        "warnings": list(dict.fromkeys((*notes, *figures.odd))),
    }


# Of a picture: grey is also what has three equal channels.
_RASTER = {False: "MONOCHROME2", True: "RGB"}


@dataclass(slots=True)
class _Figures:
    """Running figures over the frames of a file."""

    frames: int = 0
    low: float = math.inf
    high: float = -math.inf
    total: float = 0.0
    count: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    units: dict[str, None] = field(default_factory=dict)  # in the order of the frames

    def add(self, stored: Stored) -> None:
        """Take in the next frame: the figures of its exact values, the digest of them in float32."""
        import numpy as np  # as the readers: only once there is something to read

        values = stored.modality_values()
        exact = stored.pixels if stored.modality.identity else values
        if exact.dtype.kind == "f":
            exact = exact[np.isfinite(exact)]  # the others hold no number, and a warning says so
        self.frames += 1
        self.units.setdefault(stored.modality.unit)
        if exact.size:
            self.low = min(self.low, float(exact.min()))
            self.high = max(self.high, float(exact.max()))
        self.total += float(exact.sum(dtype="float64"))
        self.count += exact.size
        self.digest.update(values.astype("<f4", order="C", copy=False).data)

    @property
    def unit(self) -> str:
        """That of all frames; "" where they have not one."""
        return next(iter(self.units)) if len(self.units) == 1 else ""

    @property
    def odd(self) -> tuple[str, ...]:
        """A word where the figures are of values in several units."""
        if len(self.units) < 2:
            return ()
        return (f"the frames are in different units: {', '.join(u or 'none' for u in self.units)}",)

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else math.nan


def _finite(value: float) -> float | None:
    """JSON has no NaN and no infinity."""
    return value if math.isfinite(value) else None


def _json_line(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)
    if "error" in line:
        complain(line)


def _text(line: dict[str, object]) -> None:
    if "error" in line:
        complain(line)
        return
    for key, value in line.items():
        print(f"{key:16} {plain(value)}")
    print()


def complain(line: dict[str, object]) -> None:
    """Say on stderr what a line of `failure` says."""
    hint = f" ({line['hint']})" if line.get("hint") else ""
    print(plain(f"lungview: {line['path']}: {line['error']}{hint}"), file=sys.stderr)
