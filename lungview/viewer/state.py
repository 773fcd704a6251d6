"""What a viewport shows, as one frozen value: pixels, presentation, camera, overlays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from functools import lru_cache

from lungview.errors import LungViewError
from lungview.image.display import default_window
from lungview.image.slice import Slice
from lungview.image.window import Window
from lungview.viewer.palettes import Palette

LEAST_ZOOM, MOST_ZOOM = 0.02, 64.0  # device pixels per image pixel


class Interpolation(StrEnum):
    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"


class TextLevel(IntEnum):
    """How much the four corners say. Marks that guard against misreading stay at every level."""

    NONE = 0
    BRIEF = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the picture lies in the viewport.

    zoom: device pixels per image column, or None to fit. center: the image point (x, y) in the middle
    of the viewport, or None for the middle of the picture. The picture is mirrored left to right first,
    then turned clockwise by `rotation` (0, 90, 180, 270 degrees).
    """

    zoom: float | None = None
    center: tuple[float, float] | None = None
    rotation: int = 0
    mirrored: bool = False

    def flipped_horizontally(self) -> Camera:
        """Left and right of the screen change places, whatever the rotation."""
        return replace(self, rotation=-self.rotation % 360, mirrored=not self.mirrored)

    def flipped_vertically(self) -> Camera:
        """Top and bottom of the screen change places, whatever the rotation."""
        return replace(self, rotation=(180 - self.rotation) % 360, mirrored=not self.mirrored)

    def rotated(self, degrees: int) -> Camera:
        """Turned clockwise by a multiple of 90 degrees."""
        return replace(self, rotation=(self.rotation + degrees) % 360)

    def zoomed(self, zoom: float) -> Camera:
        """At `zoom` device pixels per image pixel, within limits, about the same center."""
        return replace(self, zoom=min(max(zoom, LEAST_ZOOM), MOST_ZOOM))


@dataclass(frozen=True, slots=True)
class Presentation:
    """How values become grey, and grey a colour. window: None follows each slice's own default."""

    window: Window | None = None
    inverted: bool = False
    palette: Palette = Palette.GREY
    interpolation: Interpolation = Interpolation.LINEAR


@dataclass(frozen=True, slots=True)
class Overlays:
    """What is drawn over the picture."""

    text: TextLevel = TextLevel.FULL
    patient: bool = True
    annotations: bool = True
    heat_map: bool = True
    planes: bool = True  # the file's own overlay planes, (60xx,3000)


@lru_cache(maxsize=8)  # asked several times a frame; percentiles of a slice take milliseconds
def _own_window(slice_: Slice) -> Window:
    return default_window(slice_)


@dataclass(frozen=True, slots=True)
class ViewState:
    """One viewport's contents.

    slice: what is painted, None for nothing. error: why there is nothing. index, count: its place in the
    series, 0-based. The slice and its index always belong together: a slice still being read is not here.
    """

    slice: Slice | None = None
    error: LungViewError | None = None
    index: int = 0
    count: int = 0
    presentation: Presentation = field(default_factory=Presentation)
    camera: Camera = field(default_factory=Camera)
    overlays: Overlays = field(default_factory=Overlays)

    @property
    def default_window(self) -> Window:
        """The slice's own window by the written rule; an arbitrary one when nothing is shown."""
        return Window(0.0, 1.0) if self.slice is None else _own_window(self.slice)

    @property
    def window(self) -> Window:
        """The window in force."""
        return self.presentation.window or self.default_window

    @property
    def window_changed(self) -> bool:
        """Whether the window in force is another than the slice's own."""
        return self.presentation.window is not None and self.presentation.window != self.default_window

    def windowed(self, window: Window | None) -> ViewState:
        """The same view through another window; None goes back to each slice's own."""
        return replace(self, presentation=replace(self.presentation, window=window))

    def inverted(self) -> ViewState:
        return replace(self, presentation=replace(self.presentation, inverted=not self.presentation.inverted))

    def coloured(self, palette: Palette) -> ViewState:
        """The same view in the colours of a palette; a picture that has colours shows its own."""
        return replace(self, presentation=replace(self.presentation, palette=palette))

    def interpolated(self, interpolation: Interpolation) -> ViewState:
        return replace(self, presentation=replace(self.presentation, interpolation=interpolation))

    def seen_by(self, camera: Camera) -> ViewState:
        return replace(self, camera=camera)

    def over(self, overlays: Overlays) -> ViewState:
        return replace(self, overlays=overlays)

    def looking_like(self, other: ViewState) -> ViewState:
        """This slice with the other's presentation, camera and overlays: what undo brings back."""
        return replace(self, presentation=other.presentation, camera=other.camera, overlays=other.overlays)

    def reset(self) -> ViewState:
        """Own window, not inverted, fitted, upright; interpolation and overlays stay."""
        plain = Presentation(interpolation=self.presentation.interpolation)
        return replace(self, presentation=plain, camera=Camera())
