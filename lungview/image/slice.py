"""Instance, Slice, Patient: what was read, before anything is decided about showing it."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from lungview.image.window import Window


@dataclass(frozen=True, slots=True)
class Patient:
    """Who it is, as stored; `person` and `dates` show it. Never in repr, so never in a log by accident."""

    name: str = field(default="", repr=False)  # (0010,0010), PN with its carets and groups
    patient_id: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)  # (0010,0030), DA
    sex: str = field(default="", repr=False)  # (0010,0040)
    age: str = field(default="", repr=False)  # (0010,1010), AS: at the study
    id_issuer: str = field(default="", repr=False)  # (0010,0021): whose numbering the ID is of


@dataclass(frozen=True, slots=True)
class Study:
    """The study and equipment lines of the four corners. Never in repr."""

    study_instance_uid: str = field(default="", repr=False)  # (0020,000D)
    description: str = field(default="", repr=False)
    date: str = field(default="", repr=False)  # (0008,0020), DA
    time: str = field(default="", repr=False)  # (0008,0030), TM
    accession_number: str = field(default="", repr=False)
    institution: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Spacing:
    """Size of a pixel and where that number is from.

    row, column: mm between the centres of neighbouring rows, and of neighbouring columns (0028,0030).
    source: "PixelSpacing", "ImagerPixelSpacing" (at the detector, not in the patient),
    "NominalScannedPixelSpacing" (on the film that was scanned). A raster file has none at all.
    """

    row: float
    column: float
    source: str


@dataclass(frozen=True, slots=True)
class Region:
    """A part of an ultrasound picture with a size of its own (PS3.3 C.8.5.5).

    left, top, right, bottom: image coordinates, a pixel covers [c, c + 1). row, column: size of a pixel, mm;
    0 where an axis has another unit, time or frequency.
    """

    left: float
    top: float
    right: float
    bottom: float
    row: float
    column: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def covers(self, x: float, y: float) -> bool:
        """Whether it holds a point that is not on its border, which a neighbour has too."""
        return self.left < x < self.right and self.top < y < self.bottom


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where a slice lies in the patient, mm in the DICOM patient system (LPS).

    position: centre of the first pixel, (0020,0032).
    orientation: direction of increasing column index, then of increasing row index, unit vectors (0020,0037).
    """

    position: tuple[float, float, float]
    orientation: tuple[float, float, float, float, float, float]

    @property
    def normal(self) -> tuple[float, float, float]:
        """Unit vector across the slice: row direction × column direction (PS3.3 C.7.6.2.1.1)."""
        # Asked many times a frame: three products are quicker than an array of three numbers.
        x0, x1, x2, y0, y1, y2 = (float(v) for v in self.orientation)
        n0, n1, n2 = x1 * y2 - x2 * y1, x2 * y0 - x0 * y2, x0 * y1 - x1 * y0
        length = math.hypot(n0, n1, n2) or math.nan  # no direction where rows run as columns do
        return (n0 / length, n1 / length, n2 / length)

    @property
    def along_normal(self) -> float:
        """Position along the normal, mm: what slices are ordered by."""
        return float(np.dot(self.position, self.normal))


class Version(NamedTuple):
    """Which of its contents a file had, or the zip that holds it: what writing to it changes.

    modified, changed: nanoseconds. size: bytes. inode: another one where the file was replaced.
    """

    modified: int
    changed: int  # also by what keeps the time of modification, as rsync does; of creation on Windows
    size: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        return cls(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


# Pairs of a name and a value that can tell a picture from another one at its place, as ("kernel", "B70f").
Traits = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """One frame of one file, known from its header alone: listing a folder decodes no pixels.

    person: a code for who it is of, "" when the file names no one, None when not known.
    traits: what stacks are told apart by. version: of the file when it was opened, None when not known.
    plane: "" for what a scanner took; else which plane was cut from its series, `path` being of one of them.
    """

    path: Path
    frame: int = 0  # 0-based
    sop_instance_uid: str = ""  # (0008,0018)
    sop_class_uid: str = ""  # (0008,0016)
    series_instance_uid: str = ""  # (0020,000E)
    modality: str = ""  # (0008,0060); "" for raster files
    instance_number: int | None = None  # (0020,0013)
    geometry: Geometry | None = None
    rows: int = 0
    columns: int = 0
    member: str = ""  # name inside a zip file; "" for a file of its own
    plane: str = ""
    person: str | None = field(default="", repr=False, compare=False)
    traits: Traits = field(default=(), repr=False, compare=False)
    version: Version | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Slice:
    """One decoded slice.

    values: (rows, columns) float32 after the Modality LUT, in `unit`; or (rows, columns, 3) uint8 RGB.
    Read-only. unit: "HU" for CT, else the file's own rescale type, "" when not known.
    windows: those of the file, the first is its default; empty when it has none.
    inverted: MONOCHROME1, low values are shown bright (PS3.3 C.7.6.3.1.2); `values` are not inverted.
    padding: mask (rows, columns) of pixel padding, or None (0028,0120); for a CT in HU also of padding that
    the file does not declare.
    overlays: masks (rows, columns) of the file's overlay planes, kept apart from the pixels.
    """

    instance: Instance
    values: np.ndarray
    unit: str = ""
    spacing: Spacing | None = None
    windows: tuple[Window, ...] = ()
    inverted: bool = False
    patient: Patient = field(default_factory=Patient, repr=False)
    study: Study = field(default_factory=Study, repr=False)
    series_description: str = field(default="", repr=False)
    body_part: str = ""  # (0018,0015), upper case
    thickness: float | None = None  # mm (0018,0050)
    ratio: float = 1.0  # height of a pixel over its width (0028,0034), where there is no spacing
    regions: tuple[Region, ...] = ()  # of an ultrasound picture
    lossy: str = ""  # "" or what the file says of its lossy compression, "JPEG 10:1"
    burned_in: bool = False  # (0028,0301) YES
    padding: np.ndarray | None = None
    overlays: tuple[np.ndarray, ...] = ()
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    @property
    def rows(self) -> int:
        return int(self.values.shape[0])

    @property
    def columns(self) -> int:
        return int(self.values.shape[1])

    @property
    def aspect(self) -> float:
        """Height of a pixel over its width, by its spacing, else by the file's Pixel Aspect Ratio; else 1."""
        return self.spacing.row / self.spacing.column if self.spacing else self.ratio

    @property
    def colour(self) -> bool:
        return self.values.ndim == 3

    @property
    def reformatted(self) -> bool:
        """Whether it was cut from a volume: no file holds it, and no model has learned from its like."""
        return bool(self.instance.plane)
