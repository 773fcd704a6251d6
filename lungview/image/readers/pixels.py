"""Stored values of a DICOM frame: decoded by pydicom's runner with this program's codecs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from lungview.errors import DamagedFile, LungViewError
from lungview.image.readers import codecs
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
    plain = _plain(container, module, frame)
    if plain is not None:
        return plain
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
    count = module.rows * module.columns
    room = _room(count * dtype.itemsize)
    container.stream.seek(container.pixels.start + frame * room.size)
    if _fill(room, container.stream) != room.size:
        return None
    pixels = room.view(dtype)
    return pixels.reshape(module.rows, module.columns) if _uses_stored_bits_only(pixels, module) else None


def _fill(room: np.ndarray, stream: BinaryIO) -> int:
    """Read into an array's memory; returns the bytes that came."""
    readinto = getattr(stream, "readinto", None)
    return int(readinto(room.data) or 0) if readinto else 0


_SLAB = 1 << 22
_slabs = threading.local()


def _room(size: int) -> np.ndarray:
    """(size,) uint8 of uninitialised memory.

    Frames of a series share slabs of 4 MiB, which NumPy has Linux back by huge pages: page faults of frames
    on their own take longer than all the reading.
    """
    if not 1 << 16 <= size <= _SLAB // 4:
        return np.empty(size, np.uint8)
    used = getattr(_slabs, "used", _SLAB)
    if used + size > _SLAB:
        _slabs.slab, used = np.empty(_SLAB, np.uint8), 0
    _slabs.used = -(-(used + size) // 64) * 64
    room: np.ndarray = _slabs.slab[used : used + size]
    return room


def _uses_stored_bits_only(pixels: np.ndarray, module: ImagePixel) -> bool:
    if module.bits_stored == module.bits_allocated:
        return True
    limit = 1 << (module.bits_stored - module.signed)
    return bool(pixels.max() < limit and pixels.min() >= (-limit if module.signed else 0))


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
