"""The answered synthetic thorax as pictures: outlines on the slices, each beside what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lungview import paths
from lungview.image.display import display
from lungview.image.slice import Instance, Slice
from lungview.image.window import LUNG
from lungview.marks.annotation import Annotation, Point
from lungview.marks.kinds import Kind
from lungview.nodules.answer import Located
from lungview.nodules.outlining.contour import on_slice
from lungview.report.content import Drawn, KeyImage
from lungview.study.series import Series
from lungview.viewer.nodules.kept import Indices
from lungview.viewer.nodules.truth import Compared

LABEL = "SYNTHETIC thorax, not a patient. Research use only, not a medical device."
_SIDE = 640  # px of the large picture; a small one has a third
_BAR, _LINE = 34, 17  # px: of the label above, of a line of text
_ROOM_MM = 26.0  # beside a nodule in its own picture
_COLOUR = (255, 183, 77)
_WIDE = 46  # signs in a line beside a small picture


def key_images(
    series: Series, found: Sequence[Compared], indices: Indices, read: Callable[[Instance], Slice]
) -> list[KeyImage]:
    """For a report: each nodule that was outlined, with its outline, measures and truth."""
    made = []
    for each in found:
        if each.found is None:
            continue
        slice_ = read(series.instances[each.found.index])
        top, left, bottom, right = _around(each.found, slice_)
        lines = [line - (left, top) for line in _lines(each.found, indices)]
        drawn = tuple(
            Drawn(Annotation(Kind.POLYGON, tuple(Point(float(x), float(y)) for x, y in line)), ())
            for line in lines
        )
        pixels = display(slice_, LUNG)[top:bottom, left:right]
        size = (bottom - top, right - left)
        place = f"slice {each.found.index + 1} of {len(series.instances)}"
        made.append(KeyImage(pixels, place, each.caption, slice_.spacing, size=size, drawn=drawn))
    return made


def picture(
    series: Series, found: Sequence[Compared], indices: Indices, read: Callable[[Instance], Slice]
) -> np.ndarray:
    """The slice of the first nodule, and all of them close up: uint8 (rows, columns, 3), labelled."""
    small = _SIDE // 3
    sheet = Image.new("RGB", (_SIDE + small + 330, _SIDE + _BAR), (20, 23, 27))
    draw = ImageDraw.Draw(sheet)
    draw.text((10, 8), LABEL, _COLOUR, _font(15))
    shown = [each for each in found if each.found is not None]
    if shown and shown[0].found is not None:
        slice_ = read(series.instances[shown[0].found.index])
        whole = (0, 0, slice_.rows, slice_.columns)
        sheet.paste(_cut(slice_, whole, shown[0].found, indices, _SIDE), (0, _BAR))
    for row, each in enumerate(shown):
        assert each.found is not None
        slice_, top = read(series.instances[each.found.index]), _BAR + row * small
        around = _around(each.found, slice_)
        sheet.paste(_cut(slice_, around, each.found, indices, small), (_SIDE, top))
        for k, line in enumerate(_wrapped(each.words())):
            draw.text((_SIDE + small + 10, top + 10 + k * _LINE), line, (223, 228, 234), _font(13))
    return np.asarray(sheet)


def _cut(
    slice_: Slice, part: tuple[int, int, int, int], located: Located, indices: Indices, side: int
) -> Image.Image:
    top, left, bottom, right = part
    zoom = side / max(bottom - top, right - left)
    grey = display(slice_, LUNG)[top:bottom, left:right]
    size = (round((right - left) * zoom), round((bottom - top) * zoom))
    large = cv2.cvtColor(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), cv2.COLOR_GRAY2RGB)
    for line in _lines(located, indices):
        at = np.rint((line - (left, top)) * zoom * 16).astype(np.int32)
        cv2.polylines(large, [at], True, _COLOUR, 2, cv2.LINE_AA, 4)
    return Image.fromarray(large)


def _lines(located: Located, indices: Indices) -> tuple[np.ndarray, ...]:
    outline = located.finding.outline
    return () if outline is None else on_slice(outline, indices.index(located.index))


def _around(located: Located, slice_: Slice) -> tuple[int, int, int, int]:
    """top, left, bottom, right of a square around a finding, inside the slice."""
    x0, y0, x1, y1 = located.box
    pixel = slice_.spacing.column if slice_.spacing else 1.0
    half = max(x1 - x0, y1 - y0) / 2 + _ROOM_MM / pixel
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    top, left = max(0, round(y - half)), max(0, round(x - half))
    return top, left, min(slice_.rows, round(y + half)), min(slice_.columns, round(x + half))


def _wrapped(words: str) -> list[str]:
    """Lines of at most _WIDE signs, cut after commas."""
    lines: list[str] = []
    for part in words.split(", "):
        if lines and len(lines[-1]) + len(part) + 2 <= _WIDE:
            lines[-1] += f", {part}"
        else:
            lines.append(part)
    return lines


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(paths.resources() / "fonts" / "NotoSans-Regular.ttf"), size)
