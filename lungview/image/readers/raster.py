"""PNG, JPEG, TIFF and BMP: pictures without a patient, read from bytes by Pillow."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps

from lungview.errors import DamagedFile, LungViewError, ReadError, UnsupportedFormat
from lungview.image.readers import deep_colour
from lungview.image.readers.header import Header
from lungview.image.readers.source import Source
from lungview.image.slice import Instance, Slice
from lungview.image.stored import NO_VALUES, Stored

FORMATS = ("PNG", "JPEG", "TIFF", "BMP")
MOST_PIXELS = 200_000_000
GREY_MODES = ("1", "L", "I", "I;16", "I;16B", "I;16L", "F")
ON_BLACK = "the picture is partly transparent; it is shown on black"
STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
# What Pillow finds odd in a header is no word to the user.
warnings.filterwarnings("ignore", module=r"PIL\.")
# The size is refused above, from the header; Pillow's own, lower limit would only warn.
Image.MAX_IMAGE_PIXELS = None


def accepts(start: bytes) -> bool:
    """Whether a file's first bytes are those of a picture read here."""
    return start.startswith(STARTS)


@dataclass(frozen=True, slots=True)
class _Picture:
    """An opened picture, not yet decoded. pages: 1 but for a TIFF."""

    source: Source
    stream: BinaryIO
    image: Image.Image
    pages: int

    def turn_to(self, page: int) -> None:
        """Go to a page; raises UnsupportedFormat when it is too large."""
        if page != self.image.tell():
            self.image.seek(page)
        width, height = self.image.size
        if width * height > MOST_PIXELS:
            raise UnsupportedFormat(
                f"{height} × {width} = {width * height / 1e6:.0f} megapixels; "
                f"at most {MOST_PIXELS // 10**6} are read",
                self.source.label,
            )

    @property
    def orientation(self) -> int:
        """EXIF orientation, 1 when the file says none."""
        if self.image.format == "PNG" and not _metadata_follow_pixels(self.stream):
            # PngImageFile.getexif would decode the picture to come to what lies behind it.
            return int(Image.Image.getexif(self.image).get(0x0112, 1))
        return int(self.image.getexif().get(0x0112, 1))


def _metadata_follow_pixels(stream: BinaryIO) -> bool:
    """Whether a PNG has chunks other than IEND behind its picture; the stream's position is kept."""
    before = stream.tell()
    stream.seek(8)
    pixels = False
    while len(head := stream.read(8)) == 8 and head[4:] != b"IEND":
        if pixels and head[4:] != b"IDAT":
            break
        pixels = head[4:] == b"IDAT"
        stream.seek(int.from_bytes(head[:4], "big") + 4, io.SEEK_CUR)
    stream.seek(before)
    return pixels and head[4:] != b"IEND"


def read_header(source: Source) -> Header:
    """The picture's Header: format, size, pages; nothing is decoded, and no more is read than that takes."""
    source.stream.seek(0)
    picture = _open(source, source.stream)
    return Header(
        instances=tuple(_instance(picture, page) for page in range(picture.pages)),
        format=str(picture.image.format),
        photometric="MONOCHROME2" if picture.image.mode in GREY_MODES else "RGB",
    )


def read_frame(source: Source, frame: int) -> Stored:
    """One page; 0 is the only one but of a TIFF."""
    picture = _open(source, io.BytesIO(source.content()))
    if not 0 <= frame < picture.pages:
        most = picture.pages - 1
        raise ReadError(f"frame {frame} was asked for; the file has frames 0 to {most}", source.label)
    return _stored(picture, frame)


def read_frames(source: Source) -> Iterator[Stored]:
    """Every page in turn."""
    picture = _open(source, io.BytesIO(source.content()))
    for page in range(picture.pages):
        yield _stored(picture, page)


def _open(source: Source, stream: BinaryIO) -> _Picture:
    try:
        image = Image.open(stream, formats=FORMATS)
        pages = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    except Exception as error:
        raise DamagedFile(
            "the picture's header does not parse; expected PNG, JPEG, TIFF or BMP", source.label
        ) from error
    picture = _Picture(source, stream, image, pages)
    picture.turn_to(0)
    return picture


def _instance(picture: _Picture, page: int) -> Instance:
    picture.turn_to(page)
    columns, rows = picture.image.size
    if picture.orientation >= 5:  # lying on its side
        rows, columns = columns, rows
    source = picture.source
    return Instance(path=source.path, frame=page, rows=rows, columns=columns, member=source.member)


def _stored(picture: _Picture, page: int) -> Stored:
    source = picture.source
    try:
        picture.turn_to(page)
        pixels, found = _deep(picture, page) or _pixels(picture.image, source)
    except LungViewError:
        raise
    except Exception as error:
        what = f"the {picture.image.format} does not decode: {_sentence(error)}"
        raise DamagedFile(what, source.label) from error
    rows, columns = pixels.shape[:2]
    instance = Instance(path=source.path, frame=page, rows=rows, columns=columns, member=source.member)
    lossy = "JPEG" if picture.image.format == "JPEG" else ""
    about = Slice(instance=instance, values=NO_VALUES, lossy=lossy, warnings=found)
    return Stored(pixels, about, bits=8 * pixels.dtype.itemsize)


def _sentence(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__


def _deep(picture: _Picture, page: int) -> tuple[np.ndarray, tuple[str, ...]] | None:
    """16-bit colour as it is, None for anything else."""
    bits = getattr(picture.image, "tag_v2", {}).get(258, ())  # BitsPerSample
    if not deep_colour.is_deep_colour(picture.source.content(), tuple(bits)):
        return None
    if page:
        raise UnsupportedFormat("16-bit colour behind the first page of a TIFF", picture.source.label)
    rgb, transparent = deep_colour.decode(picture.source.content(), picture.orientation)
    return _grey_if_equal(rgb), (ON_BLACK,) if transparent else ()


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
    return _grey_if_equal(np.array(image.convert("RGB"))), found


def _grey_if_equal(rgb: np.ndarray) -> np.ndarray:
    """(rows, columns) when the three channels agree everywhere, else as it is."""
    if (rgb[..., 0] == rgb[..., 1]).all() and (rgb[..., 0] == rgb[..., 2]).all():
        return rgb[..., 0].copy()
    return rgb


def _on_black(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    alpha = image.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return image, ()
    black = Image.new("RGBA", image.size, (0, 0, 0, 255))
    return Image.alpha_composite(black, image), (ON_BLACK,)
