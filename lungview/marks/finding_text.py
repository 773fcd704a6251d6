"""A finding as text and bytes and back: what the store of findings keeps."""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import fields
from enum import Enum
from typing import Any

import numpy as np

from lungview.nodules.answer import Located
from lungview.nodules.finding import Density, Finding, Source, Status
from lungview.nodules.outlining.outline import Outline

MAX_VOXELS = 1 << 26  # of an outline's own box: a mass of 10 cm at 0.3 mm; no more is unpacked
_ENUMS: dict[str, type[Enum]] = {"source": Source, "status": Status, "density": Density}
_PLAIN = tuple(f.name for f in fields(Finding) if f.name != "outline")


def text_of(located: Located) -> str:
    """JSON of all but the outline's mask."""
    finding, outline = located.finding, located.finding.outline
    values: dict[str, Any] = {name: _plain(getattr(finding, name)) for name in _PLAIN}
    around = None
    if outline is not None:
        around = {
            "size": outline.mask.shape,
            "start": outline.start,
            "shape": outline.shape,
            "spacing_mm": outline.spacing_mm,
            "lung_hu": outline.lung_hu,
            "core_hu": outline.core_hu,
        }
    told = {"finding": values, "index": located.index, "box": located.box, "called": located.called}
    return json.dumps({**told, "outline": around})


def bytes_of(located: Located) -> bytes | None:
    """The outline's mask, packed; None where nothing was outlined."""
    outline = located.finding.outline
    return None if outline is None else zlib.compress(np.packbits(outline.mask).tobytes())


def located_of(text: str, mask: bytes | None) -> Located:
    """What `text_of` and `bytes_of` kept. Raises ValueError for anything else."""
    try:
        told = json.loads(text)
        values = {name: _read(name, told["finding"].get(name)) for name in _PLAIN}
        outline = None if mask is None else _outline(told["outline"], mask)
        x0, y0, x1, y1 = (float(v) for v in told["box"])
        called = told["called"]
        finding = Finding(**values, outline=outline)
    except (KeyError, TypeError, zlib.error) as error:
        raise ValueError(f"not a finding that was kept here ({type(error).__name__})") from error
    return Located(finding, int(told["index"]), (x0, y0, x1, y1), None if called is None else bool(called))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _ENUMS:
        return _ENUMS[name](value)
    return tuple(value) if isinstance(value, list) else value


def _outline(told: dict[str, Any], packed: bytes) -> Outline:
    depth, rows, columns = (int(v) for v in told["size"])
    count = depth * rows * columns
    if min(depth, rows, columns) < 1 or count > MAX_VOXELS:
        raise ValueError(f"an outline in a box of {depth} × {rows} × {columns} voxels")
    bits = zlib.decompressobj().decompress(packed, math.ceil(count / 8))
    flat = np.unpackbits(np.frombuffer(bits, np.uint8), count=count)
    mask = flat.reshape(depth, rows, columns).astype(bool)
    if not mask.any():
        raise ValueError("an outline without a voxel")
    z, y, x = (int(v) for v in told["start"])
    slices, high, wide = (int(v) for v in told["shape"])
    spacing = tuple(float(v) for v in told["spacing_mm"])
    dz, dy, dx = spacing
    hu = float(told["lung_hu"]), float(told["core_hu"])
    return Outline(mask, (z, y, x), (slices, high, wide), (dz, dy, dx), *hu)
