"""Pixels into a DICOM data set, in each transfer syntax the program reads: for phantoms and self-test."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import imagecodecs
import numpy as np
from pydicom import Dataset, uid
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels.encoders.base import RLELosslessEncoder

UNCOMPRESSED = (
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
)


def _jpeg(frame: np.ndarray, bits: int) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(frame, level=95, bitspersample=bits))


def _jpeg_lossless(predictor: int) -> Callable[[np.ndarray, int], bytes]:
    def encode(frame: np.ndarray, bits: int) -> bytes:
        code = imagecodecs.jpeg8_encode(frame, lossless=True, predictor=predictor, bitspersample=bits)
        return bytes(code)

    return encode


def _jpeg_ls(allowed_error: int) -> Callable[[np.ndarray, int], bytes]:
    def encode(frame: np.ndarray, bits: int) -> bytes:
        del bits  # found from the values
        return bytes(imagecodecs.jpegls_encode(frame, level=allowed_error))

    return encode


def _jpeg_2000(reversible: bool) -> Callable[[np.ndarray, int], bytes]:
    def encode(frame: np.ndarray, bits: int) -> bytes:
        level = 0 if reversible else 55  # dB
        code = imagecodecs.jpeg2k_encode(
            frame, level=level, reversible=reversible, bitspersample=bits, codecformat="J2K"
        )
        return bytes(code)

    return encode


def _htj2k(reversible: bool) -> Callable[[np.ndarray, int], bytes]:
    def encode(frame: np.ndarray, bits: int) -> bytes:
        del bits
        return bytes(imagecodecs.htj2k_encode(frame, reversible=reversible))

    return encode


def _rle(frame: np.ndarray, bits: int) -> bytes:
    code = RLELosslessEncoder.encode(
        frame,
        rows=frame.shape[0],
        columns=frame.shape[1],
        samples_per_pixel=1,
        bits_allocated=frame.dtype.itemsize * 8,
        bits_stored=bits,
        pixel_representation=0,
        photometric_interpretation="MONOCHROME2",
        number_of_frames=1,
    )
    return bytes(code)


# Syntax → encoder of one (rows, columns) frame of `bits` meaningful bits.
ENCODERS: dict[str, Callable[[np.ndarray, int], bytes]] = {
    uid.JPEGBaseline8Bit: _jpeg,
    uid.JPEGExtended12Bit: _jpeg,
    uid.JPEGLossless: _jpeg_lossless(6),
    uid.JPEGLosslessSV1: _jpeg_lossless(1),
    uid.JPEGLSLossless: _jpeg_ls(0),
    uid.JPEGLSNearLossless: _jpeg_ls(2),
    uid.JPEG2000Lossless: _jpeg_2000(True),
    uid.JPEG2000: _jpeg_2000(False),
    uid.HTJ2KLossless: _htj2k(True),
    uid.HTJ2KLosslessRPCL: _htj2k(True),
    uid.HTJ2K: _htj2k(False),
    uid.RLELossless: _rle,
}
SYNTAXES: tuple[str, ...] = (*UNCOMPRESSED, *ENCODERS)
LOSSY = frozenset(
    {uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLSNearLossless, uid.JPEG2000, uid.HTJ2K}
)


def set_pixels(dataset: Dataset, frames: Sequence[np.ndarray], bits: int, transfer_syntax: str) -> None:
    """Put unsigned grey frames into `dataset`, with every element that describes them.

    frames: one or more (rows, columns) uint8 or uint16 arrays, values below 2**bits.
    transfer_syntax: one of `SYNTAXES`; KeyError for any other. Lossy ones change the values, and are flagged.
    """
    rows, columns = frames[0].shape
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = rows, columns
    dataset.BitsAllocated = frames[0].dtype.itemsize * 8
    dataset.BitsStored, dataset.HighBit = bits, bits - 1
    dataset.PixelRepresentation = 0
    if len(frames) > 1:
        dataset.NumberOfFrames = len(frames)
    if transfer_syntax in LOSSY:
        dataset.LossyImageCompression = "01"
    if transfer_syntax in UNCOMPRESSED:
        _set_raw(dataset, frames, big=transfer_syntax == uid.ExplicitVRBigEndian)
    else:
        encode = ENCODERS[transfer_syntax]
        _set_encapsulated(dataset, [encode(np.ascontiguousarray(frame), bits) for frame in frames])


def _set_raw(dataset: Dataset, frames: Sequence[np.ndarray], *, big: bool) -> None:
    data = b"".join((frame.byteswap() if big else frame).tobytes() for frame in frames)
    dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OB" if frames[0].dtype.itemsize == 1 else "OW"


def _set_encapsulated(dataset: Dataset, codes: list[bytes]) -> None:
    if sum(map(len, codes)) < 1 << 31:
        dataset.PixelData = encapsulate(codes)
    else:  # offsets of the basic table are 32 bits wide
        data, offsets, lengths = encapsulate_extended(codes)
        dataset.PixelData = data
        dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = offsets, lengths
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
