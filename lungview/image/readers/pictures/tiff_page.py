"""One page of a TIFF: its bounds, then its samples, then grey or RGB the right way up (TIFF 6.0)."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from lungview.errors import DamagedFile, MissingCodec, TooManyPixels, UnsupportedFormat
from lungview.image.readers.frames.bits import rounded, without_number
from lungview.image.readers.pictures import pixel_shape, tiff_predictor, tiff_segments
from lungview.image.readers.pictures.colour import MOST_PIXELS, ON_BLACK, grey_if_equal, rgb_of_ycbcr
from lungview.image.readers.pictures.upright import upright, upright_size

if TYPE_CHECKING:
    from tifffile import TiffPage

_ORIENTATION, _PHOTOMETRIC, _INK_SET = 274, 262, 332  # tags
_RESOLUTION = (282, 283)  # along, down
_REFERENCE, _WEIGHTS = 532, 529  # of YCbCr: codes of black and white, red, green and blue in the brightness
_USUAL_WEIGHTS = (0.299, 0.587, 0.114)
_NOT_CMYK = 2
_ASSOCIATED, _UNASSOCIATED = 1, 2  # ExtraSamples: alpha that the colours were multiplied with, or were not


class _Photometric(IntEnum):
    """PhotometricInterpretation (TIFF 6.0, sections 4 to 6, 16 and 21)."""

    MINISWHITE = 0
    MINISBLACK = 1
    RGB = 2
    PALETTE = 3
    SEPARATED = 5
    YCBCR = 6


_JPEG = 7  # Compression, of TIFF technical note 2
_COLOURS: dict[int, int] = {_Photometric.RGB: 3, _Photometric.YCBCR: 3, _Photometric.SEPARATED: 4}
_GREYS = (_Photometric.MINISWHITE, _Photometric.MINISBLACK)
MORE_SAMPLES = "the page holds more samples a pixel than grey or colour; the first are shown"
CUT = "colour in floats below 0 or above 1 is shown as 0 or 1"
UNSAID = "the TIFF does not say what its samples mean (tag 262); 0 is taken as black"


def is_grey(page: TiffPage) -> bool:
    """Whether a page is one of brightness, not of colour."""
    return _photometric(page) in _GREYS


def size(page: TiffPage, label: Path) -> tuple[int, int]:
    """Rows and columns the right way up. Raises TooManyPixels, DamagedFile when none."""
    rows, columns = int(page.imagelength), int(page.imagewidth)
    if rows * columns > MOST_PIXELS:
        raise TooManyPixels(
            f"{rows} × {columns} = {rows * columns / 1e6:.0f} megapixels; "
            f"at most {MOST_PIXELS // 10**6} are read",
            label,
        )
    if rows < 1 or columns < 1 or page.imagedepth != 1:
        raise DamagedFile(f"a page of {page.imagedepth} × {rows} × {columns} is no picture", label)
    return upright_size(rows, columns, _orientation(page))


def pixels(page: TiffPage, label: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    """(rows, columns) grey or (rows, columns, 3) RGB the right way up, and warnings.

    Grey keeps the type of its samples (64-bit floats become float32); 0 is black also where the file says
    that 0 is white. Transparent colour is shown on black.
    Raises UnsupportedFormat, MissingCodec, DamagedFile; what tifffile raises on hostile bytes passes.
    """
    size(page, label)
    _refuse_unknown(page, label)
    tiff_predictor.settle(page, label)
    tiff_segments.check(page, label)
    samples = page.asarray(squeeze=False, maxworkers=1)[:, 0]  # (planes, rows, columns, contiguous samples)
    samples = np.concatenate(list(samples), axis=-1) if len(samples) > 1 else samples[0]
    samples = _widened(page, tiff_predictor.within(page, samples))
    shown, warnings = _grey(page, samples, label) if is_grey(page) else _colour(page, samples)
    unsaid = () if _says_photometric(page) else (UNSAID,)
    return upright(shown, _orientation(page)), (*unsaid, *warnings)


def _widened(page: TiffPage, samples: np.ndarray) -> np.ndarray:
    """Colour, and grey of fewer than 8 bits, in the whole range of their words, as a screen takes them.

    Grey of 10 or 12 bits is measured, and keeps its values; so does an index into a palette.
    """
    bits, most = _bits(page), _full(samples)
    kept = _photometric(page) == _Photometric.PALETTE or (is_grey(page) and bits > 8)
    if kept or samples.dtype.kind != "u" or bits >= 8 * samples.dtype.itemsize:
        return samples
    return np.rint(samples * (most / ((1 << bits) - 1))).astype(samples.dtype)


def _bits(page: TiffPage) -> int:
    return int(np.atleast_1d(page.bitspersample)[0])


def _photometric(page: TiffPage) -> int:
    """What the samples mean; where the file does not say, grey or RGB: tifffile would take white for 0."""
    if _says_photometric(page):
        return int(page.photometric)
    return _Photometric.MINISBLACK if page.samplesperpixel < _COLOURS[_Photometric.RGB] else _Photometric.RGB


def _says_photometric(page: TiffPage) -> bool:
    tag = page.tags.get(_PHOTOMETRIC)
    return tag is not None and isinstance(tag.value, int)


def _orientation(page: TiffPage) -> int:
    """(274), 1 where it is absent or no number; some write it as a byte."""
    tag = page.tags.get(_ORIENTATION)
    value = tag.value if tag is not None else 1
    value = value[0] if isinstance(value, (bytes, tuple)) and value else value
    return int(value) if isinstance(value, (int, np.integer)) else 1


def shape(page: TiffPage) -> tuple[float, tuple[str, ...]]:
    """Height of a pixel over its width by the page's resolution, and a warning where it is not 1."""
    said = [page.tags.valueof(tag) for tag in _RESOLUTION]
    if not all(isinstance(each, tuple) and len(each) == 2 and each[1] for each in said):
        return 1.0, ()
    return pixel_shape.of(
        [each[0] / each[1] for each in said], upright_size(1, 2, _orientation(page)) == (2, 1)
    )


def _refuse_unknown(page: TiffPage, label: Path) -> None:
    if int(page.compression) not in tiff_segments.COMPRESSIONS:
        name = getattr(page.compression, "name", "")
        raise MissingCodec(f"the TIFF is compressed as {name or int(page.compression)}; not read here", label)
    known = (*_GREYS, _Photometric.PALETTE, *_COLOURS)
    if _photometric(page) not in known or page.dtype is None or page.dtype.kind == "c":
        kind = getattr(page.photometric, "name", page.photometric)
        raise UnsupportedFormat(f"samples of {page.bitspersample} bits as {kind} are not shown", label)
    few = int(page.samplesperpixel) < _COLOURS.get(_photometric(page), 1)
    if few or (_photometric(page) == _Photometric.SEPARATED and page.tags.valueof(_INK_SET) == _NOT_CMYK):
        kind = "RGB" if _photometric(page) == _Photometric.RGB else getattr(page.photometric, "name", "")
        raise UnsupportedFormat(f"{page.samplesperpixel} samples a pixel as {kind} are not shown", label)
    if _photometric(page) == _Photometric.PALETTE and page.colormap is None:
        raise DamagedFile("the page is one of palette colours and has no palette", label)
    if len({*np.atleast_1d(page.bitspersample)}) > 1:
        raise UnsupportedFormat(f"samples of different sizes ({page.bitspersample} bits)", label)


def _grey(page: TiffPage, samples: np.ndarray, label: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    warnings: tuple[str, ...] = (MORE_SAMPLES,) if _more_than(page, samples, 1) else ()
    grey = samples[..., 0]
    if _photometric(page) == _Photometric.MINISWHITE:
        grey = _turned_black(grey, page)
    if samples.shape[-1] > 1 and _alpha_kind(page) == _UNASSOCIATED and grey.dtype.kind == "u":
        grey, seen = _on_black(grey[..., None], samples[..., 1])
        grey, warnings = grey[..., 0], (*warnings, *seen)
    grey, rounded = _carried(grey, label)
    return grey, (*warnings, *rounded)


def _carried(grey: np.ndarray, label: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    """In a type whose values a Slice's float32 can hold, and a warning where it holds them rounded."""
    if grey.dtype.kind == "b":
        return grey.astype(np.uint8) * 255, ()
    if grey.dtype.kind == "f":
        return _narrowed(grey, label)
    return grey, rounded(grey)


def _narrowed(grey: np.ndarray, label: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    known, odd = without_number(grey, "TIFF")
    with np.errstate(over="ignore"):
        narrow = known.astype(np.float32)
    if np.isinf(narrow).any():
        raise UnsupportedFormat("the picture holds values beyond ±3.4e38, the most that is shown", label)
    return narrow, odd


def _turned_black(grey: np.ndarray, page: TiffPage) -> np.ndarray:
    """0 is white in the file: turned round within the bits of a sample, once."""
    if grey.dtype.kind in "fb":
        return ~grey if grey.dtype.kind == "b" else -grey
    if grey.dtype.kind == "i":
        return np.asarray(~grey)
    most = (1 << max(_bits(page), 8)) - 1
    return np.asarray(most - grey)


def _colour(page: TiffPage, samples: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    if _photometric(page) == _Photometric.PALETTE:
        table = _palette(page)
        return grey_if_equal(table[np.clip(samples[..., 0].astype(np.intp), 0, len(table) - 1)]), ()
    count = _COLOURS[_photometric(page)]
    warnings = (MORE_SAMPLES,) if _more_than(page, samples, count) else ()
    warnings = (*warnings, *_beyond(samples[..., :count]))
    rgb = _as_rgb(page, samples[..., :count])
    if samples.shape[-1] > count and _alpha_kind(page) in (_ASSOCIATED, _UNASSOCIATED):
        alpha = samples[..., count]
        seen: tuple[str, ...] = (ON_BLACK,) if int(alpha.min()) < _full(alpha) else ()
        if _alpha_kind(page) == _UNASSOCIATED:  # associated colours are on black as they stand
            rgb, seen = _on_black(rgb, alpha)
        warnings = (*warnings, *seen)
    return grey_if_equal(rgb), warnings


def _as_rgb(page: TiffPage, colours: np.ndarray) -> np.ndarray:
    colours = colours if colours.dtype.kind == "u" else _stretched(colours)
    if _photometric(page) == _Photometric.SEPARATED:
        full = _full(colours)
        light = (full - colours[..., :3].astype(np.float64)) * (full - colours[..., 3:].astype(np.float64))
        return np.rint(light / full).astype(colours.dtype)
    if _photometric(page) == _Photometric.YCBCR and int(page.compression) != _JPEG:
        own = [page.tags.valueof(tag) for tag in (_REFERENCE, _WEIGHTS)]
        if any(own):
            full = _full(colours)
            usual = (0, full, (full + 1) // 2, full, (full + 1) // 2, full)
            return rgb_of_ycbcr(colours, _rationals(own[0]) or usual, _rationals(own[1]) or _USUAL_WEIGHTS)
        ycrcb = np.ascontiguousarray(colours[..., [0, 2, 1]])
        return np.asarray(cv2.cvtColor(ycrcb, cv2.COLOR_YCrCb2RGB))  # a JPEG's codec has done so
    return colours


def _rationals(value: tuple[int, ...] | None) -> list[float]:
    """The numbers of a tag of numerators and denominators. Raises ZeroDivisionError."""
    return [above / below for above, below in zip(value[::2], value[1::2], strict=True)] if value else []


def _beyond(colours: np.ndarray) -> tuple[str, ...]:
    is_cut = colours.dtype.kind == "f" and not ((colours >= 0) & (colours <= 1)).all()
    return (CUT,) if is_cut else ()


def _stretched(colours: np.ndarray) -> np.ndarray:
    """Colour in floats from 0 to 1, or in signed integers, as 16 bits."""
    if colours.dtype.kind == "f":
        wide = colours.astype(np.float64)  # 65,535 is beyond 16-bit floats
        bounded: np.ndarray = np.clip(np.nan_to_num(wide), 0, 1)
        return np.asarray(np.rint(bounded * 0xFFFF), np.uint16)
    above: np.ndarray = np.clip(colours, 0, None)
    return above.astype(np.uint16 if colours.dtype.itemsize > 1 else np.uint8)


def _palette(page: TiffPage) -> np.ndarray:
    """(2**bits, 3) uint8. Entries have 16 bits, but some write 8: then none of the three tables has more."""
    table = np.asarray(page.colormap)
    eight: np.ndarray = table >> 8 if int(table.max()) > 0xFF else table
    return eight.astype(np.uint8).T


def _alpha_kind(page: TiffPage) -> int:
    return int(page.extrasamples[0]) if page.extrasamples else 0


def _more_than(page: TiffPage, samples: np.ndarray, shown: int) -> bool:
    alpha = 1 if _alpha_kind(page) in (_ASSOCIATED, _UNASSOCIATED) else 0
    return int(samples.shape[-1]) > shown + alpha


def _full(samples: np.ndarray) -> int:
    return int(np.iinfo(samples.dtype).max) if samples.dtype.kind in "ui" else 1


def _on_black(colours: np.ndarray, alpha: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    full = _full(alpha)
    if int(alpha.min()) >= full:
        return colours, ()
    share = alpha[..., None].astype(np.float64) / full
    return np.rint(colours * share).astype(colours.dtype), (ON_BLACK,)
