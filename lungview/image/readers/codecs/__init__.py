"""The decoders of compressed transfer syntaxes: one codec a file.

Every codec is permissively licensed (BSD, MIT, IJG); docs/codecs.md has the comparison they were chosen by.
A codec is a function `decode(codestream, wanted) → Decoded`; it raises CodestreamError, in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable

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

# Retired JPEG processes that libjpeg-turbo decodes: sequential and progressive (PS3.5 2004, A.4.1).
RETIRED_JPEG = tuple(UID(f"1.2.840.10008.1.2.4.{n}") for n in (52, 53, 54, 55, 56))

DECODED: dict[UID, Callable[[bytes, Wanted], Decoded]] = {
    JPEGBaseline8Bit: jpeg.decode,
    JPEGExtended12Bit: jpeg.decode,
    **dict.fromkeys(RETIRED_JPEG, jpeg.decode),
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
