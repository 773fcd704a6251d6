"""A codestream that lost something says so itself: by the wavelet, by NEAR, by the process of JPEG."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import pytest
from pydicom import uid

from lungview.image import encode, readers
from tests.image.readers import files

LOSING = {
    "9-7 wavelet": (uid.JPEG2000Lossless, encode.ENCODERS[uid.JPEG2000](files.PIXELS, 12), "JPEG 2000"),
    "5-3 wavelet": (uid.JPEG2000, encode.ENCODERS[uid.JPEG2000Lossless](files.PIXELS, 12), ""),
    "9-7 of HTJ2K": (uid.HTJ2KLossless, encode.ENCODERS[uid.HTJ2K](files.PIXELS, 12), "HTJ2K"),
    "5-3 of HTJ2K": (uid.HTJ2K, encode.ENCODERS[uid.HTJ2KLossless](files.PIXELS, 12), ""),
    "NEAR 3": (uid.JPEGLSLossless, bytes(imagecodecs.jpegls_encode(files.PIXELS, level=3)), "JPEG-LS"),
    "NEAR 0": (uid.JPEGLSLossless, bytes(imagecodecs.jpegls_encode(files.PIXELS, level=0)), ""),
    "extended": (uid.JPEGLosslessSV1, encode.ENCODERS[uid.JPEGExtended12Bit](files.PIXELS, 12), "JPEG"),
}


@pytest.mark.parametrize("name", LOSING)
def test_a_codestream_that_lost_something_is_marked_whatever_the_file_says(name: str, tmp_path: Path) -> None:
    syntax, code, lossy = LOSING[name]
    made = files.dataset(uid.JPEG2000Lossless)
    files.codestream(code)(made)
    made.file_meta.TransferSyntaxUID = syntax
    assert readers.read(files.save(made, tmp_path / "a.dcm")).lossy == lossy
