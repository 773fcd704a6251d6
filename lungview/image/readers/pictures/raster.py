"""PNG, JPEG and BMP: pictures without a patient, read from bytes by Pillow."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin

from lungview.errors import DamagedFile, ReadError, TooManyPixels
from lungview.image.readers.codecs import jpeg
from lungview.image.readers.header import Header, picture_instance
from lungview.image.readers.libraries import MOST_METADATA
from lungview.image.readers.pictures import deep_colour, pixel_shape, rare_jpeg
from lungview.image.readers.pictures.colour import MOST_PIXELS, ON_BLACK, grey_if_equal
from lungview.image.readers.pictures.png import bad_checksum, cut, lacks_pixels, metadata_follow_pixels
from lungview.image.readers.pictures.upright import upright_size
from lungview.image.readers.source import Source
from lungview.image.slice import Instance, Slice
from lungview.image.stored import NO_VALUES, Stored

FORMATS = ("PNG", "JPEG", "BMP")
GREY_MODES = ("1", "L", "I", "I;16", "I;16B")
STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM")
_LAST_UNTURNED = 4  # orientation; from 5 on rows and columns change places
BAD_CHECKSUM = "a checksum of the PNG is wrong: the picture may be damaged"


def accepts(start: bytes) -> bool:
    """Whether a file's first bytes are those of a picture read here."""
    return start.startswith(STARTS)


@dataclass(frozen=True, slots=True)
class _Picture:
    """An opened picture, not yet decoded."""

    source: Source
    stream: BinaryIO
    image: Image.Image

    @property
    def format(self) -> str:
        return "JPEG" if self.image.format == "MPO" else str(self.image.format)

    @property
    def orientation(self) -> int:
        """EXIF orientation, 1 when the file says none."""
        if self.format == "PNG" and not metadata_follow_pixels(self.stream):
            # PngImageFile.getexif would decode the picture to come to what lies behind it.
            return int(Image.Image.getexif(self.image).get(0x0112, 1))
        return int(self.image.getexif().get(0x0112, 1))

    @property
    def resolution(self) -> object:
        """Pixels along and down, in any unit; None when the file says none."""
        said = self.image.info
        return said.get("aspect") or said.get("jfif_density") or said.get("dpi")

    @property
    def instance(self) -> Instance:
        columns, rows = self.image.size
        return picture_instance(self.source, upright_size(rows, columns, self.orientation))


def read_header(source: Source) -> Header:
    """The picture's Header: format and size; nothing is decoded, and no more is read than that takes."""
    if _is_rare(source):
        return rare_jpeg.read_header(source)
    picture = _open(source, source.stream)
    try:
        instance = picture.instance
    except Exception as error:  # Pillow decodes what stands before the orientation
        raise DamagedFile(_why(picture, error), source.label) from error
    return Header(
        instances=(instance,),
        format=picture.format,
        photometric="MONOCHROME2" if picture.image.mode in GREY_MODES else "RGB",
    )


def read_frame(source: Source, frame: int) -> Stored:
    """The picture; 0 is the only frame."""
    if frame != 0:
        raise ReadError(f"frame {frame} was asked for; the file has frames 0 to 0", source.label)
    if _is_rare(source):
        return rare_jpeg.read(source)
    content, found = _ended(source.content())
    return _stored(_open(source, io.BytesIO(content)), found)


def read_frames(source: Source) -> Iterator[Stored]:
    """The picture."""
    yield read_frame(source, 0)


def _is_rare(source: Source) -> bool:
    return source.start(3) == rare_jpeg.START and rare_jpeg.is_rare(source.content())


def _ended(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The file; a JPEG that lacks nothing but its end marker with one, and a warning."""
    if content.startswith(rare_jpeg.START) and jpeg.lacks_its_end_alone(content):
        return content + jpeg.END, (jpeg.NO_END,)
    return content, ()


def _open(source: Source, stream: BinaryIO) -> _Picture:
    stream.seek(0)
    try:
        image = Image.open(stream, formats=FORMATS)
    except Exception as error:
        raise DamagedFile(_why_unopened(stream), source.label) from error
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise TooManyPixels(
            f"{height} × {width} = {width * height / 1e6:.0f} megapixels; "
            f"at most {MOST_PIXELS // 10**6} are read",
            source.label,
        )
    return _Picture(source, stream, image)


def _why_unopened(stream: BinaryIO) -> str:
    stream.seek(0)
    try:
        PngImagePlugin.PngImageFile(stream)
    except Exception as error:  # `Image.open` says of every error that it knows no such format
        if "large" in str(error):
            return f"the texts beside the picture unpack to more than {MOST_METADATA:,} bytes; it is not read"
    return "the picture's header does not parse; expected PNG, JPEG, TIFF or BMP"


def _stored(picture: _Picture, odd: tuple[str, ...]) -> Stored:
    source = picture.source
    try:
        pixels, found = _deep(picture) or _pixels(picture.image)
        found = (*odd, *found, *_oddities(picture, pixels))
    except DamagedFile:
        raise
    except Exception as error:
        raise DamagedFile(_why(picture, error), source.label) from error
    rows, columns = pixels.shape[:2]
    instance = picture_instance(source, (rows, columns))
    lossy = "JPEG" if picture.format == "JPEG" else ""
    ratio, odd = pixel_shape.of(picture.resolution, picture.orientation > _LAST_UNTURNED)
    about = Slice(instance=instance, values=NO_VALUES, ratio=ratio, lossy=lossy, warnings=(*found, *odd))
    return Stored(pixels, about, bits=8 * pixels.dtype.itemsize)


def _cut_off(picture: _Picture) -> str:
    return f"the {picture.format} does not decode: it is cut off, its data end too soon"


def _why(picture: _Picture, error: Exception) -> str:
    """What a decoder's error means; its own words where nothing better is known."""
    ended = picture.format == "PNG" and cut(picture.source.content())
    if ended or "truncated" in str(error):
        return _cut_off(picture)
    said = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return f"the {picture.format} does not decode: {said}"


def _oddities(picture: _Picture, pixels: np.ndarray) -> tuple[str, ...]:
    """Warnings about a picture that decoded. Raises CodestreamError, DamagedFile where a part did not."""
    if picture.format == "PNG" and _flat_at_an_edge(pixels) and lacks_pixels(picture.source.content()):
        raise DamagedFile(_cut_off(picture), picture.source.label)
    if picture.format == "PNG" and bad_checksum(picture.source.content()):
        return (BAD_CHECKSUM,)
    scans = jpeg.oddities(picture.source.content(), pixels) if picture.format == "JPEG" else ()
    pictures = int(getattr(picture.image, "n_frames", 1))
    if pictures > 1:
        return (*scans, f"the file holds {pictures} pictures; the first is shown")
    return scans


def _flat_at_an_edge(pixels: np.ndarray) -> bool:
    """Whether lines at an edge hold one value alone, as those do that were never unpacked."""
    lines = (*pixels[[0, 1 % len(pixels), -1, -min(2, len(pixels))]], pixels[:, 0], pixels[:, -1])
    return any(bool((line == line[0]).all()) for line in lines)


def _deep(picture: _Picture) -> tuple[np.ndarray, tuple[str, ...]] | None:
    """16-bit colour as it is, None for anything else."""
    content = picture.source.content()
    if not deep_colour.is_deep_colour(content):
        return None
    rgb, transparent = deep_colour.decode(content, picture.orientation)
    return grey_if_equal(rgb), (ON_BLACK,) if transparent else ()


def _pixels(image: Image.Image) -> tuple[np.ndarray, tuple[str, ...]]:
    """(rows, columns) grey, or (rows, columns, 3) RGB uint8, the right way up; and warnings."""
    image.load()
    upright = ImageOps.exif_transpose(_opaque(image))
    if upright.mode in ("I;16", "I;16B"):
        return np.asarray(upright).astype(np.uint16), ()
    if upright.mode in ("I", "L"):
        return np.array(upright), ()
    if upright.mode == "1":
        return np.asarray(upright.convert("L")).copy(), ()
    return _colour(upright)


def _opaque(image: Image.Image) -> Image.Image:
    """Without the alpha of a BMP that is 0 everywhere: those who write the fourth byte as 0 mean no alpha."""
    if image.format != "BMP" or image.mode != "RGBA" or image.getchannel("A").getextrema() != (0, 0):
        return image
    return image.convert("RGB")


def _colour(image: Image.Image) -> tuple[np.ndarray, tuple[str, ...]]:
    found: tuple[str, ...] = ()
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image, found = _on_black(image.convert("RGBA"))
    return grey_if_equal(np.array(image.convert("RGB"))), found


def _on_black(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    alpha = image.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return image, ()
    black = Image.new("RGBA", image.size, (0, 0, 0, 255))
    return Image.alpha_composite(black, image), (ON_BLACK,)
