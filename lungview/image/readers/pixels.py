"""Stored values of a DICOM frame: decoded by pydicom's runner with this program's codecs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from lungview.errors import DamagedFile, LungViewError
from lungview.image.readers import codecs
from lungview.image.readers.codecs.codestream import Decoded, Wanted
from lungview.image.readers.container import NATIVE, Container
from lungview.image.readers.module import ImagePixel
from lungview.image.readers.source import Source


def decode(
    container: Container, module: ImagePixel, source: Source, frame: int, *, whole_words: bool = False
) -> np.ndarray:
    """Stored values of one frame, (rows, columns) or (rows, columns, 3), as pydicom's `pixel_array` has them.

    Colour is RGB, but PALETTE COLOR, which is indices. Raises DamagedFile when the frame does not decode.
    whole_words: keep the bits above BitsStored as they lie in the file.
    """
    if container.syntax in NATIVE:
        direct = _plain(container, module, frame)
    else:
        direct = _coded(container, module, source, frame)
    if direct is not None:
        return direct
    options = _options(container, module)
    if whole_words:
        options["correct_unused_bits"] = False
    decoder = get_decoder(container.syntax)
    try:
        container.stream.seek(container.pixels.start if container.pixels else 0)
        pixels, _ = decoder.as_array(container.stream, index=frame, **options)
    except Exception as error:
        raise _damaged(error, source, frame, module.frames) from error
    return _native_order(pixels)


def _plain(container: Container, module: ImagePixel, frame: int) -> np.ndarray | None:
    """A frame that lies in the file as NumPy wants it: no decoder is needed; None for any other."""
    known = container.syntax in (ImplicitVRLittleEndian, ExplicitVRLittleEndian)
    grey = module.samples == 1 and module.photometric in ("MONOCHROME1", "MONOCHROME2")
    if not (known and grey and module.bits_allocated in (8, 16) and container.pixels):
        return None
    dtype = np.dtype(f"<{'i' if module.signed else 'u'}{module.bits_allocated // 8}")
    pixels = np.empty((module.rows, module.columns), dtype)
    container.stream.seek(container.pixels.start + frame * pixels.nbytes)
    if _fill(pixels, container.stream) != pixels.nbytes:
        return None
    return pixels if _fits(pixels, module.bits_stored) else None


def _coded(container: Container, module: ImagePixel, source: Source, frame: int) -> np.ndarray | None:
    """A compressed grey frame, decoded to where it stays; None for any other.

    pydicom's runner copies a frame twice, which takes as long as a fifth of decoding JPEG-LS.
    """
    decoder = codecs.DECODED.get(container.syntax)
    grey = module.samples == 1 and module.bits_allocated in (8, 16)
    if not (decoder and grey and container.pixels):
        return None
    wanted = Wanted(module.rows, module.columns, 1, module.bits_allocated, signed=module.signed)
    offsets = _extended_offsets(container).get("extended_offsets")
    try:
        container.stream.seek(container.pixels.start)
        codestream = get_frame(
            container.stream, frame, number_of_frames=module.frames, extended_offsets=offsets
        )
        decoded = decoder(codestream, wanted)
    except Exception as error:
        raise _damaged(error, source, frame, module.frames) from error
    return _as_said(decoded, module)


def _fill(pixels: np.ndarray, stream: BinaryIO) -> int:
    """Read into an array's memory; returns the bytes that came."""
    readinto = getattr(stream, "readinto", None)
    return int(readinto(pixels.data.cast("B")) or 0) if readinto else 0


def _as_said(decoded: Decoded, module: ImagePixel) -> np.ndarray:
    """The frame in the type and with the signs that the data set says, as pydicom's runner would mend it."""
    kind = "i" if module.signed else "u"
    pixels = decoded.pixels.view(f"{kind}{decoded.pixels.dtype.itemsize}")
    pixels = pixels.astype(f"{kind}{module.bits_allocated // 8}", copy=False)
    bits = decoded.bits or module.bits_stored
    if _fits(pixels, bits):
        return pixels
    unused = 8 * pixels.dtype.itemsize - bits
    return (pixels << unused) >> unused


def _fits(pixels: np.ndarray, bits: int) -> bool:
    """Whether every value is one of so many bits."""
    if bits >= 8 * pixels.dtype.itemsize:
        return True
    signed = pixels.dtype.kind == "i"
    limit = 1 << (bits - signed)
    return bool(pixels.max() < limit and (not signed or pixels.min() >= -limit))


def decode_all(container: Container, module: ImagePixel, source: Source) -> Iterator[np.ndarray]:
    """Stored values of every frame in turn; the file is gone through once."""
    options = _options(container, module)
    decoder = get_decoder(container.syntax)
    container.stream.seek(container.pixels.start if container.pixels else 0)
    frames = decoder.iter_array(container.stream, **options)
    for frame in range(module.frames):
        try:
            pixels, _ = next(frames)
        except StopIteration:
            raise DamagedFile(
                f"the pixel data ends after {frame} of {module.frames} frames", source.label
            ) from None
        except Exception as error:
            raise _damaged(error, source, frame, module.frames) from error
        yield _native_order(pixels)


def _options(container: Container, module: ImagePixel) -> dict[str, Any]:
    """What pydicom's runner asks: the checked module, never what the data set merely says."""
    assert container.pixels is not None
    options: dict[str, Any] = {
        "transfer_syntax_uid": container.syntax,
        "pixel_keyword": container.pixels.keyword,
        "rows": module.rows,
        "columns": module.columns,
        "number_of_frames": module.frames,
        "samples_per_pixel": module.samples,
        "photometric_interpretation": module.photometric,
        "planar_configuration": module.planar,
        "bits_allocated": module.bits_allocated,
        "bits_stored": module.bits_stored,
        "pixel_representation": int(module.signed),
        "allow_excess_frames": False,
    }
    if container.pixels.vr:
        options["pixel_vr"] = container.pixels.vr
    if container.syntax not in NATIVE:
        options["decoding_plugin"] = codecs.PLUGIN
        options.update(_extended_offsets(container))
    return options


def _extended_offsets(container: Container) -> dict[str, tuple[bytes, bytes]]:
    offsets = container.dataset.get("ExtendedOffsetTable")
    lengths = container.dataset.get("ExtendedOffsetTableLengths")
    if isinstance(offsets, bytes) and isinstance(lengths, bytes) and offsets:
        return {"extended_offsets": (offsets, lengths)}
    return {}


def _native_order(pixels: np.ndarray) -> np.ndarray:
    """In the machine's byte order, C-contiguous."""
    return np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder("="))


def _damaged(error: Exception, source: Source, frame: int, frames: int) -> LungViewError:
    if isinstance(error, LungViewError):
        return error
    sentence = (
        str(error).split(f"{codecs.PLUGIN}: ", 1)[-1].splitlines()[0] if str(error) else type(error).__name__
    )
    where = f"frame {frame + 1} of {frames}: " if frames > 1 else ""
    return DamagedFile(f"{where}{sentence}", source.label)
