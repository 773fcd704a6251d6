"""PNG, JPEG, TIFF and BMP: pictures without a patient, read from bytes by Pillow."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps

from lungview.errors import DamagedFile, LungViewError, ReadError, UnsupportedFormat
from lungview.image.readers.header import Header
from lungview.image.readers.source import Source
from lungview.image.slice import Instance, Slice
from lungview.image.stored import NO_VALUES, Stored

FORMATS = ("PNG", "JPEG", "TIFF", "BMP")
MOST_PIXELS = 200_000_000
STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
# The size is refused above, from the header; Pillow's own, lower limit would only warn.
Image.MAX_IMAGE_PIXELS = None


def accepts(start: bytes) -> bool:
    """Whether a file's first bytes are those of a picture read here."""
    return start.startswith(STARTS)


def read_header(source: Source) -> Header:
    """The picture's Header: format, size, pages; nothing is decoded."""
    image, pages = _open(source)
    return Header(
        instances=tuple(_instance(source, image, page) for page in range(pages)),
        format=str(image.format),
        photometric="MONOCHROME2" if image.mode in ("1", "L", "I", "I;16", "I;16B", "F") else "RGB",
    )


def read_frame(source: Source, frame: int) -> Stored:
    """One page; 0 is the only one but of a TIFF."""
    image, pages = _open(source)
    if not 0 <= frame < pages:
        raise ReadError(f"frame {frame} was asked for; the file has frames 0 to {pages - 1}", source.label)
    return _stored(source, image, frame)


def read_frames(source: Source) -> Iterator[Stored]:
    """Every page in turn."""
    image, pages = _open(source)
    for page in range(pages):
        yield _stored(source, image, page)


def _open(source: Source) -> tuple[Image.Image, int]:
    """The picture, not yet decoded, and its count of pages."""
    try:
        image = Image.open(io.BytesIO(source.content()), formats=FORMATS)
        pages = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    except Exception as error:
        raise DamagedFile(
            "the picture's header does not parse; expected PNG, JPEG, TIFF or BMP", source.label
        ) from error
    _check_size(image, source)
    return image, pages


def _check_size(image: Image.Image, source: Source) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise UnsupportedFormat(
            f"{height} × {width} = {width * height / 1e6:.0f} megapixels; "
            f"at most {MOST_PIXELS // 10**6} are read",
            source.label,
        )


def _instance(source: Source, image: Image.Image, page: int) -> Instance:
    width, height = image.size
    return Instance(path=source.path, frame=page, rows=height, columns=width, member=source.member)


def _stored(source: Source, image: Image.Image, page: int) -> Stored:
    try:
        if page or image.tell():
            image.seek(page)
            _check_size(image, source)
        pixels, found = _pixels(image, source)
    except LungViewError:
        raise
    except Exception as error:
        raise DamagedFile(f"the {image.format} does not decode: {_sentence(error)}", source.label) from error
    rows, columns = pixels.shape[:2]
    instance = Instance(path=source.path, frame=page, rows=rows, columns=columns, member=source.member)
    about = Slice(instance=instance, values=NO_VALUES, warnings=found)
    return Stored(pixels, about, bits=8 * pixels.dtype.itemsize)


def _sentence(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__


def _pixels(image: Image.Image, source: Source) -> tuple[np.ndarray, tuple[str, ...]]:
    """(rows, columns) grey, or (rows, columns, 3) RGB uint8, the right way up; and warnings."""
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("I;16", "I;16B", "I;16L"):
        return np.asarray(upright).astype(np.uint16), ()
    if upright.mode in ("I", "F", "L"):
        return _grey(np.array(upright), source), ()
    if upright.mode == "1":
        return np.asarray(upright.convert("L")).copy(), ()
    return _colour(upright)


def _grey(values: np.ndarray, source: Source) -> np.ndarray:
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise DamagedFile("the picture holds values that are no numbers (NaN or infinite)", source.label)
    return values


def _colour(image: Image.Image) -> tuple[np.ndarray, tuple[str, ...]]:
    found: tuple[str, ...] = ()
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image, found = _on_black(image.convert("RGBA"))
    rgb = np.array(image.convert("RGB"))
    if (rgb[..., 0] == rgb[..., 1]).all() and (rgb[..., 0] == rgb[..., 2]).all():
        return rgb[..., 0].copy(), found
    return rgb, found


def _on_black(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    alpha = image.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return image, ()
    black = Image.new("RGBA", image.size, (0, 0, 0, 255))
    return Image.alpha_composite(black, image), ("the picture is partly transparent; it is shown on black",)
