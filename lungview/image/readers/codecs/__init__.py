"""The decoders of compressed transfer syntaxes: one codec a file, plugged into pydicom as "lungview".

Every codec is permissively licensed (BSD, MIT, IJG); docs/codecs.md has the comparison they were chosen by.
A codec is a function `decode(codestream, wanted) → Decoded`; it raises CodestreamError, in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable

from pydicom.pixels.decoders.base import DecodeRunner, get_decoder
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from lungview.image.readers.codecs import jpeg, jpeg_2000, jpeg_ls, rle
from lungview.image.readers.codecs.codestream import Decoded, Wanted

PLUGIN = "lungview"

DECODED: dict[UID, Callable[[bytes, Wanted], Decoded]] = {
    JPEGBaseline8Bit: jpeg.decode,
    JPEGExtended12Bit: jpeg.decode,
    JPEGLossless: jpeg.decode,
    JPEGLosslessSV1: jpeg.decode,
    JPEGLSLossless: jpeg_ls.decode,
    JPEGLSNearLossless: jpeg_ls.decode,
    JPEG2000Lossless: jpeg_2000.decode,
    JPEG2000: jpeg_2000.decode,
    HTJ2KLossless: jpeg_2000.decode,
    HTJ2KLosslessRPCL: jpeg_2000.decode,
    HTJ2K: jpeg_2000.decode,
    RLELossless: rle.decode,
}

# pydicom asks these three names of a plug-in.
DECODER_DEPENDENCIES = dict.fromkeys(DECODED, ("imagecodecs",))


def is_available(uid: str) -> bool:
    """Whether `uid` is decoded here."""
    return uid in DECODED


def decode_frame(src: bytes, runner: DecodeRunner) -> memoryview:
    """One decoded frame for pydicom's runner, which shapes it and mends signs."""
    ybr = runner.photometric_interpretation.startswith("YBR")
    signed = bool(runner.pixel_representation)
    wanted = Wanted(runner.rows, runner.columns, runner.samples_per_pixel, runner.bits_allocated, signed, ybr)
    decoded = DECODED[runner.transfer_syntax](src, wanted)
    runner.set_option("bits_allocated", 8 * decoded.pixels.dtype.itemsize)
    if runner.samples_per_pixel == 3:
        runner.set_option("planar_configuration", 0)
        if decoded.rgb or runner.photometric_interpretation in ("YBR_ICT", "YBR_RCT"):
            runner.set_option("photometric_interpretation", "RGB")
    return decoded.pixels.data.cast("B")


for _uid in DECODED:
    if PLUGIN not in get_decoder(_uid).available_plugins:
        get_decoder(_uid).add_plugin(PLUGIN, (__name__, "decode_frame"))
