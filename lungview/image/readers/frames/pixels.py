"""Stored values of a DICOM frame: by this program's codecs, or as pydicom reads what is not compressed."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import convert_color_space
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, RLELossless

from lungview.errors import DamagedFile, LungViewError, UnsupportedFormat
from lungview.image.readers import codecs
from lungview.image.readers.codecs import uncompressed
from lungview.image.readers.codecs.codestream import CodestreamError, Decoded, Wanted
from lungview.image.readers.data_set.container import NATIVE, PixelElement
from lungview.image.readers.data_set.module import ImagePixel
from lungview.image.readers.frames import fragments
from lungview.image.readers.frames.bits import fit, rgb_of_partial, rounded, unpacked, values, without_number
from lungview.image.readers.frames.dicom_file import DicomFile

Found = tuple[np.ndarray, tuple[str, ...]]
_SIGN = "the highest of its own bits is taken as the sign"
_MOST_FLOAT = float(np.finfo(np.float32).max)
_SUBSAMPLED = {"YBR_PARTIAL_422": "YBR_FULL_422"}


def decode(file: DicomFile, frame: int) -> Decoded:
    """Stored values of one frame, (rows, columns) or (rows, columns, 3), what it lost, what was odd about it.

    Colour is RGB, but PALETTE COLOR, which is indices. Raises DamagedFile when the frame does not decode.
    """
    try:
        loose, odd = native(file, frame)
        if loose is None:
            found = _coded(file, frame)
        else:
            pixels, more = _native(*loose)
            found = Decoded(pixels, warnings=more)
        return replace(found, warnings=(*odd, *found.warnings, *rounded(found.pixels)))
    except Exception as error:
        raise _damaged(error, file, frame) from error


def native(file: DicomFile, frame: int) -> tuple[tuple[DicomFile, int] | None, tuple[str, ...]]:
    """File and frame to take native pixels from, and what was odd about them; None where they are coded.

    Where a frame lies in fragments as it is, the file is one of this frame alone.
    """
    container, module = file.container, file.module
    if container.syntax in NATIVE:
        return (file, frame), ()
    single_bits = container.syntax == RLELossless and module.bits_allocated == 1
    if container.syntax not in uncompressed.SYNTAXES and not single_bits:
        return None, ()
    needed = -(-module.frame_bits // 8)
    found, odd = uncompressed.content(_fragments(file, frame), container.syntax, needed)
    pixels = PixelElement("PixelData", "OW" if module.bits_allocated > 8 else "OB", 0, needed, needed)
    alone = replace(container, syntax=ExplicitVRLittleEndian, stream=io.BytesIO(found), pixels=pixels)
    return (replace(file, container=alone, module=replace(module, frames=1)), 0), odd


def words(file: DicomFile, frame: int) -> np.ndarray:
    """(rows, columns) words of a native grey frame as they lie in the file, whatever their bits mean."""
    module, pixels = file.module, file.container.pixels
    assert pixels is not None
    start, count = pixels.start, module.rows * module.columns
    if module.bits_allocated not in (8, 16, 32):
        content = _content(file, frame)
        found = unpacked(content, frame * module.frame_bits % 8, count, module.bits_allocated)
        return found.reshape(module.rows, module.columns)
    big = file.container.syntax == ExplicitVRBigEndian
    found = np.empty((module.rows, module.columns), f"{'>' if big else '<'}u{module.bits_allocated // 8}")
    file.container.stream.seek(start + frame * found.nbytes)
    if _fill(found, file.container.stream) != found.nbytes:
        raise CodestreamError("the pixel data is shorter than it was")
    return _native_order(found)


def _content(file: DicomFile, frame: int) -> bytes:
    """The bytes a frame of packed words lies in; big-endian ones in little-endian order."""
    module, pixels = file.module, file.container.pixels
    assert pixels is not None
    first, last = frame * module.frame_bits, (frame + 1) * module.frame_bits
    skip = first // 16 * 2
    file.container.stream.seek(pixels.start + skip)
    content = file.container.stream.read(-(-last // 16) * 2 - skip)
    if file.container.syntax == ExplicitVRBigEndian:
        content = np.frombuffer(content, ">u2").astype("<u2").tobytes()
    return content[first // 8 - skip :]


def _native(file: DicomFile, frame: int) -> Found:
    if file.module.floating:
        return numbers(_native_values(file, frame), file)
    return _native_values(file, frame), ()


def _native_values(file: DicomFile, frame: int) -> np.ndarray:
    module, pixels = file.module, file.container.pixels
    assert pixels is not None
    big = file.container.syntax == ExplicitVRBigEndian
    swapped = module.bits_allocated == 8 and big
    if module.bits_allocated == 1 and big and pixels.vr == "OW":
        return words(file, frame).astype(np.uint8)  # pydicom does not turn these words
    if module.samples == 1 and module.bits_allocated > 1 and pixels.keyword == "PixelData" and not swapped:
        return values(words(file, frame), module.shift, module.bits_stored, module.signed)
    file.container.stream.seek(pixels.start)
    decoder = get_decoder(file.container.syntax)
    found, _ = decoder.as_array(file.container.stream, index=frame, **_options(file))
    found = _native_order(found)
    if module.photometric.startswith("YBR_PARTIAL"):
        return rgb_of_partial(found)
    return values(found, module.shift, module.bits_stored, module.signed) if module.shift else found


def numbers(found: np.ndarray, file: DicomFile) -> Found:
    """Floats with NaN where a pixel has no value: NaN and infinity are legal there (PS3.3 C.7.6.24.1).

    Raises UnsupportedFormat for numbers that the float32 of a Slice cannot hold.
    """
    assert file.container.pixels is not None
    keyword = file.container.pixels.keyword
    known, odd = without_number(found, keyword)
    if np.fmax.reduce(np.abs(known), axis=None) > _MOST_FLOAT:
        raise UnsupportedFormat(
            f"{keyword} holds values beyond ±3.4e38, the most that is shown", file.source.label
        )
    return known, odd


def _coded(file: DicomFile, frame: int) -> Decoded:
    """A compressed frame, a grey one decoded to where it stays: a copy takes a tenth of decoding JPEG-LS."""
    module = file.module
    codestream = _fragments(file, frame)
    wanted = Wanted(
        module.rows,
        module.columns,
        module.samples,
        module.cell_bits,
        signed=module.signed,
        ybr=module.photometric.startswith("YBR"),
    )
    decoded = codecs.DECODED[file.container.syntax](codestream, wanted)
    pixels, found = _as_said(decoded, module)
    signs = _unsaid_signs(decoded, module)
    shown = _as_rgb(pixels, decoded, module.photometric)
    return replace(decoded, pixels=shown, warnings=(*decoded.warnings, *signs, *found))


def _fragments(file: DicomFile, frame: int) -> bytes:
    """What the fragments of a frame hold together."""
    if frame >= len(file.codestreams):
        held, said = len(file.codestreams), file.module.frames
        raise DamagedFile(f"the pixel data ends after {held} of {said} frames", file.source.label)
    return fragments.content(file.container.stream, file.codestreams[frame])


def _unsaid_signs(decoded: Decoded, module: ImagePixel) -> tuple[str, ...]:
    """A warning where negative values of a codestream become large ones, as the data set has it, and ITK."""
    if module.signed or decoded.pixels.dtype.kind != "i" or decoded.pixels.min() >= 0:
        return ()
    return ("the codestream has negative values, PixelRepresentation says there are none; it is followed",)


def _as_said(decoded: Decoded, module: ImagePixel) -> Found:
    """The frame in the type and with the bits and the sign that the data set says, and what does not fit it.

    A codestream that is no wider than HighBit cannot be shifted. Of wider values the bits above BitsStored do
    not count (PS3.5 8.2), as ITK and dcmtk have it; but of JPEG 2000, which knows the sign of its own values.
    """
    own, size, precision = decoded.pixels, module.cell_bits // 8, decoded.precision
    cells = own.astype(f"{own.dtype.kind}{size}", copy=False)
    typed = cells.view(f"{'i' if module.signed else 'u'}{size}")
    if not precision or (module.shift and precision >= module.shift + module.bits_stored):
        return values(typed, module.shift, module.bits_stored, module.signed), ()
    bits = min(module.bits_stored, precision) if decoded.cut_sign else module.bits_stored
    if fit(typed, bits):
        return typed, ()
    if bits < module.bits_stored:
        found = (f"the codestream holds {bits} bits, BitsStored says {module.bits_stored}; {_SIGN}",)
        return values(typed, 0, bits, module.signed), found
    if precision <= bits or not (cells.view(f"u{size}") >> bits).any():
        return values(typed, 0, bits, module.signed), ()  # the sign alone was missing
    said = f"the codestream uses {precision} bits a sample, BitsStored says {module.bits_stored}"
    if decoded.own_signs and (own.dtype.kind == "i") == module.signed:
        return typed, (f"{said}; its own values are shown",)
    return values(typed, 0, bits, module.signed), (f"{said}; the bits above are left out",)


def _as_rgb(pixels: np.ndarray, decoded: Decoded, photometric: str) -> np.ndarray:
    """A colour frame as RGB; any other as it is."""
    if pixels.ndim == 2 or decoded.colour == "RGB":
        return pixels
    if photometric.startswith("YBR_PARTIAL"):
        return rgb_of_partial(pixels)
    if decoded.colour == "YBR" or photometric in ("YBR_FULL", "YBR_FULL_422"):
        return np.asarray(convert_color_space(pixels, "YBR_FULL", "RGB"))
    return pixels


def _fill(pixels: np.ndarray, stream: BinaryIO) -> int:
    """Read into an array's memory; returns the bytes that came."""
    readinto = getattr(stream, "readinto", None)
    return int(readinto(pixels.data.cast("B")) or 0) if readinto else 0


def _options(file: DicomFile) -> dict[str, Any]:
    """What pydicom's runner asks: the checked module, never what the data set merely says."""
    module, pixels = file.module, file.container.pixels
    assert pixels is not None
    partial = module.photometric in _SUBSAMPLED
    options: dict[str, Any] = {
        "pixel_keyword": pixels.keyword,
        "rows": module.rows,
        "columns": module.columns,
        "number_of_frames": module.frames,
        "samples_per_pixel": module.samples,
        "photometric_interpretation": _SUBSAMPLED.get(module.photometric, module.photometric),
        "planar_configuration": module.planar,
        "bits_allocated": module.bits_allocated,
        "bits_stored": module.bits_stored,
        "pixel_representation": int(module.signed),
        "allow_excess_frames": False,
        "correct_unused_bits": not module.shift,
        "as_rgb": not partial,
    }
    return {**options, "pixel_vr": pixels.vr} if pixels.vr else options


def _native_order(pixels: np.ndarray) -> np.ndarray:
    """In the machine's byte order, C-contiguous."""
    if pixels.dtype.isnative and pixels.flags.c_contiguous:
        return pixels
    return np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder("="))


def _damaged(error: Exception, file: DicomFile, frame: int) -> LungViewError:
    if isinstance(error, LungViewError):
        return error
    sentence = str(error).splitlines()[0] if str(error) else type(error).__name__
    where = f"frame {frame + 1} of {file.module.frames}: " if file.module.frames > 1 else ""
    return DamagedFile(f"{where}{sentence}", file.source.label)
