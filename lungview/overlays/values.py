"""An overlay: what one DICOM object lays over pictures of others, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import NamedTuple

import numpy as np

from lungview.image.slice import Geometry, Patient
from lungview.image.window import Window
from lungview.study.key import ObjectKey

Colour = tuple[int, int, int]  # sRGB, 0 to 255


class Kind(StrEnum):
    SEGMENTATION = "Segmentation"
    STRUCTURES = "Structure set"
    PRESENTATION = "Presentation state"
    MEASUREMENTS = "Measurement report"
    KEY_IMAGES = "Key object selection"


class Reference(NamedTuple):
    """A picture that an object names.

    study, series, instance: UIDs, study and series "" where it does not say. frame: 0-based, None for all.
    """

    study: str
    series: str
    instance: str
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What is listed, hidden and coloured by itself: a segment, a region, a layer, a group of measurements.

    words: what the object says of it, a line each. program: whether a program made it, no person.
    """

    name: str = field(repr=False)
    colour: Colour | None = None
    words: tuple[str, ...] = field(default=(), repr=False)
    program: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """One frame of a segment, cut to the box around it.

    mask: (rows, columns) bool, read-only. start: row and column of its first pixel in a frame of `shape`.
    geometry, spacing: of the frame in the patient, mm (row, column); None where the object does not say.
    references: the pictures it was made from.
    """

    part: int
    mask: np.ndarray = field(repr=False)
    start: tuple[int, int]
    shape: tuple[int, int]
    geometry: Geometry | None = None
    spacing: tuple[float, float] | None = None
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """A line in the patient. points_mm: (n, 3) float64. frame_of_reference_uid: what the points count in."""

    part: int
    points_mm: np.ndarray = field(repr=False)
    closed: bool
    frame_of_reference_uid: str

    @property
    def encloses(self) -> bool:
        """Whether there is an inside."""
        return self.closed and len(self.points_mm) > 2


class Shape(Enum):
    POINTS = auto()
    LINE = auto()
    CLOSED = auto()
    CIRCLE = auto()  # its centre, then a point of its line
    ELLIPSE = auto()  # the ends of its major axis, then of its minor axis
    TEXT = auto()  # the place of its words; a second point is what they are about


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A drawing on a picture. points: (n, 2) float64, x to the right and y down in pixels.

    A pixel covers [c, c + 1), as in `marks.annotation.Point`. lines: what stands beside it.
    """

    part: int
    shape: Shape
    points: np.ndarray = field(repr=False)
    filled: bool = False
    lines: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Flat:
    """A figure on the pictures that its object names. references: () for all of the object's pictures.

    of_area: the points are fractions of the displayed area, not pixels.
    """

    figure: Figure
    references: tuple[Reference, ...]
    of_area: bool = False


@dataclass(frozen=True, slots=True)
class KeyImage:
    """A picture that was chosen as a key image. lines: what for, and what the object says of it."""

    part: int
    references: tuple[Reference, ...]
    lines: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Shutter:
    """What is left of the picture. box: left, top, right, bottom; circle: x, y, radius; both in pixels.

    polygon: (x, y) corners. What lies outside of any of them is painted in `grey`, 0 (black) to 1.
    """

    box: tuple[float, float, float, float] | None = None
    circle: tuple[float, float, float] | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    grey: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """How a presentation state shows pictures.

    references: () for all of the object's pictures. window: None for the picture's own; in modality values
    of `rescale` (slope, intercept). inverted: against low values dark; None where the object does not say.
    rotation, mirrored: as `viewer.state.Camera`. area: left, top, right, bottom in pixels, None for all.
    """

    references: tuple[Reference, ...] = ()
    window: Window | None = None
    rescale: tuple[float, float] = (1.0, 0.0)
    inverted: bool | None = None
    rotation: int = 0
    mirrored: bool = False
    area: tuple[float, float, float, float] | None = None
    shutter: Shutter | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """All that one object says.

    place: where its bytes are. patient, study: whose it is. series: of its pictures by their UIDs, where it
    says. frame_of_reference_uid: of its masks. references: the pictures that it names, each once.
    notes: sentences on what of it is not shown, whatever is open.
    """

    kind: Kind
    name: str = field(repr=False)
    place: ObjectKey = field(repr=False)
    patient: Patient = field(repr=False)
    study: str = field(repr=False)
    parts: tuple[Part, ...] = field(default=(), repr=False)
    masks: tuple[Mask, ...] = field(default=(), repr=False)
    contours: tuple[Contour, ...] = field(default=(), repr=False)
    figures: tuple[Flat, ...] = field(default=(), repr=False)
    looks: tuple[Look, ...] = field(default=(), repr=False)
    key_images: tuple[KeyImage, ...] = field(default=(), repr=False)
    frame_of_reference_uid: str = ""
    references: tuple[Reference, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()
