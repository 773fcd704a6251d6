"""Series: instances that belong together, in slice order, and their small picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.image.display import default_window, display
from lungview.image.readers import read_instance
from lungview.image.slice import Instance, Patient, Spacing, Study


@dataclass(frozen=True, slots=True)
class Series:
    """Instances that belong together, in slice order.

    key: unique among the series of one scan; a series that is split has one UID and several keys.
    uid: Series Instance UID, "" for raster files, which a folder holds together, and for a joined series.
    rows, columns: of the first instance. spacing: of its pixels. slice_spacing: median distance between
    neighbouring slices along the normal, mm, None when they have no positions.
    warnings: sentences about how it was split, copies, gaps, irregular spacing, gantry tilt, mixed sizes, and
    the headers'. stack: what tells it from the other stacks of its UID, "phase 1"; "" when it is alone.
    localizer: said by the file, or taken for one; parts: what the reader joined it from.
    """

    key: str
    uid: str
    description: str = field(repr=False)
    modality: str
    instances: tuple[Instance, ...] = field(repr=False)
    rows: int
    columns: int
    spacing: Spacing | None = None
    slice_spacing: float | None = None
    warnings: tuple[str, ...] = ()
    patient: Patient = field(default_factory=Patient, repr=False)
    study: Study = field(default_factory=Study, repr=False)
    number: int | None = None  # (0020,0011)
    thickness: float | None = None  # mm (0018,0050)
    body_part: str = ""
    localizer: bool = False
    frame_of_reference_uid: str = field(default="", repr=False)
    stack: str = field(default="", repr=False)
    parts: tuple[Series, ...] = field(default=(), repr=False)


def thumbnail(series: Series, size: int = 96) -> np.ndarray:
    """The middle slice in its first window, (rows, columns) or (rows, columns, 3) uint8, longest side `size`.

    Pixels that are not square are shown in their true shape. Raises ReadError when the slice is not readable.
    """
    slice_ = read_instance(series.instances[len(series.instances) // 2])
    picture = display(slice_, default_window(slice_))
    tall, wide = slice_.rows * slice_.aspect, float(slice_.columns)
    scale = size / max(tall, wide)
    shape = max(round(wide * scale), 1), max(round(tall * scale), 1)
    return np.ascontiguousarray(cv2.resize(picture, shape, interpolation=cv2.INTER_AREA))
