"""Every class of bad file gets one sentence, what was found and expected; none gets a wrong picture."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset, dcmwrite, uid
from pydicom.data import get_testdata_file

from lungview.errors import (
    DamagedFile,
    MissingCodec,
    NoPixelData,
    ReadError,
    TooManyPixels,
    UnsupportedFormat,
)
from lungview.image import readers
from tests.image.readers import files
from tests.image.readers.files import refused, setting, text_element

HEADER_CASES = {
    "rows 0": (setting(Rows=0), DamagedFile, "Rows is 0; expected 1 to 65535"),
    "rows absent": (setting(Rows=None), DamagedFile, "Rows is absent"),
    "rows 65535": (setting(Rows=65535), DamagedFile, "65535 × 12 × 1 frames of 16 bits need 1,572,840"),
    "columns 0": (setting(Columns=0), DamagedFile, "Columns is 0"),
    "too many frames": (setting(NumberOfFrames=7), DamagedFile, "holds 384 bytes"),
    "frames overflow": (setting(NumberOfFrames=2**31 - 1), DamagedFile, "NumberOfFrames is 2147483647"),
    "frames negative": (setting(NumberOfFrames=-1), DamagedFile, "NumberOfFrames is -1"),
    "frames text": (text_element("NumberOfFrames", "1A"), DamagedFile, "not a whole number"),
    "pixels short": (setting(PixelData=b"\0" * 382), DamagedFile, "holds 382 bytes; .* need 384"),
    "pixels empty": (setting(PixelData=b""), DamagedFile, "holds 0 bytes"),
    "pixels absent": (setting(PixelData=None), NoPixelData, "CT Image Storage: no pixel data"),
    "12 bits allocated": (setting(BitsAllocated=12), UnsupportedFormat, "BitsAllocated is 12"),
    "64 bits allocated": (setting(BitsAllocated=64), UnsupportedFormat, "BitsAllocated is 64"),
    "bits stored 17": (setting(BitsStored=17), DamagedFile, "BitsStored is 17, more than BitsAllocated 16"),
    "bits stored 0": (setting(BitsStored=0), DamagedFile, "BitsStored is 0"),
    "2 samples": (setting(SamplesPerPixel=2), UnsupportedFormat, "SamplesPerPixel is 2"),
    "grey with 3 samples": (setting(SamplesPerPixel=3), DamagedFile, "MONOCHROME2 with 3 samples"),
    "CMYK": (setting(PhotometricInterpretation="CMYK"), UnsupportedFormat, "is CMYK"),
    "palette without tables": (
        setting(PhotometricInterpretation="PALETTE COLOR"),
        DamagedFile,
        "without three complete colour tables",
    ),
    "sign 2": (setting(PixelRepresentation=2), DamagedFile, "PixelRepresentation is 2"),
    "slope 0": (setting(RescaleSlope=0), DamagedFile, "RescaleSlope is 0"),
    "slope tiny": (setting(RescaleSlope="1e-30"), DamagedFile, "RescaleSlope is 1e-30"),
    "slope NaN": (text_element("RescaleSlope", "nan"), DamagedFile, "RescaleSlope is not a finite number"),
    "slope text": (text_element("RescaleSlope", "one"), DamagedFile, "RescaleSlope is not a finite number"),
    "intercept infinite": (text_element("RescaleIntercept", "inf"), DamagedFile, "RescaleIntercept is not"),
}


@pytest.mark.parametrize("name", HEADER_CASES)
def test_a_wrong_element_is_named(name: str, tmp_path: Path) -> None:
    change, error, sentence = HEADER_CASES[name]
    path = files.write(tmp_path, change)
    refused(path, error, sentence)


def test_rows_written_as_ul_are_read(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made["Rows"].VR = "UL"

    assert readers.read(files.write(tmp_path, change)).rows == 16


def test_a_file_may_be_cut_anywhere_and_never_gives_other_values(tmp_path: Path) -> None:
    whole = files.write(tmp_path).read_bytes()
    path = tmp_path / "cut.dcm"
    for length in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:length])
        with pytest.raises(ReadError):
            readers.read(path)


def test_a_file_without_preamble_and_meta_is_read(tmp_path: Path) -> None:
    made = files.dataset()
    del made.file_meta
    dcmwrite(tmp_path / "a", made, implicit_vr=True, little_endian=True)
    slice_ = readers.read(tmp_path / "a")
    assert np.array_equal(slice_.values, files.PIXELS - 1024.0)
    assert "no transfer syntax" in slice_.warnings[0]


@pytest.mark.parametrize(
    ("written", "said", "sentence"),
    [
        (uid.RLELossless, uid.JPEG2000Lossless, "the JPEG 2000 begins with 0200"),
        (uid.RLELossless, uid.ExplicitVRLittleEndian, "native Pixel Data has an undefined length"),
    ],
)
def test_a_syntax_that_is_not_the_file_s_is_refused(
    written: str, said: str, sentence: str, tmp_path: Path
) -> None:
    path = files.write(tmp_path, syntax=written)
    path.write_bytes(files.with_syntax(path.read_bytes(), said))
    refused(path, DamagedFile, sentence)


@pytest.mark.parametrize(
    ("syntax", "name"),
    [
        ("1.2.840.10008.1.2.4.110", "JPEG XL"),
        ("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264"),
        ("1.2.840.10008.1.2.4.100", "MPEG2"),
        ("1.2.3.4.5", "unknown"),
    ],
)
def test_a_syntax_without_a_codec_is_named(syntax: str, name: str, tmp_path: Path) -> None:
    path = files.write(tmp_path, syntax=uid.RLELossless)
    path.write_bytes(files.with_syntax(path.read_bytes(), syntax))
    refused(path, MissingCodec, f"{syntax} .*{name}.*no codec")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"hello, this is no image at all", "text"),
        (b"MZ" + bytes(200), "a Windows program"),
        (b"%PDF-1.7" + bytes(200), "a PDF document"),
        (b"PK\x03\x04" + bytes(200), "a zip archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(200), "a 7-Zip archive"),
        (b"Rar!\x1a\x07\0" + bytes(200), "a RAR archive"),
        (b"RIFF" + bytes(4) + b"WEBPVP8 " + bytes(200), "a WebP picture"),
        (b"\xff\x0a" + bytes(200), "a JPEG XL picture"),
        (b"a.dcm" + bytes(252) + b"ustar" + bytes(200), "a tar archive"),
        (b"\x5c\x01" + bytes(342) + b"n+1\0" + bytes(200), "a NIfTI volume"),
        (bytes(200), "unknown content"),
    ],
)
def test_other_files_named_dcm_are_called_what_they_are(content: bytes, name: str, tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(content)
    refused(tmp_path / "a.dcm", UnsupportedFormat, f"found {name}; expected DICOM, PNG, JPEG, TIFF or BMP")


def test_a_program_in_the_preamble_is_warned_of(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    path.write_bytes(b"MZ" + path.read_bytes()[2:])
    assert "polyglot" in readers.read(path).warnings[0]


def test_a_length_beyond_the_end_is_refused(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    content = path.read_bytes()
    at = content.index(b"\x10\x00\x10\x00PN") + 6
    path.write_bytes(content[:at] + b"\xff\x7f" + content[at + 2 :])
    refused(path, DamagedFile, "the file ends inside its header; it is cut")


def test_a_sequence_nested_a_thousand_times_is_refused(tmp_path: Path) -> None:
    item = b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    nested = (b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff" + item) * 3000
    path = files.write(tmp_path)
    content = path.read_bytes()
    at = content.index(b"\x10\x00\x10\x00PN")
    path.write_bytes(content[:at] + nested + content[at:])
    refused(path, DamagedFile, "nests sequences too deeply|parse")


def test_a_sequence_without_its_end_is_refused(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    content = path.read_bytes()
    at = content.index(b"\x10\x00\x10\x00PN")
    start = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    path.write_bytes(content[:at] + start + content[at:])
    refused(path, DamagedFile, "does not parse .OSError.")


def test_pixel_data_twice_is_refused(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content + content[content.rindex(b"\xe0\x7f\x10\x00OW") :])
    refused(path, DamagedFile, "PixelData behind another")


def test_missing_uids_and_a_bad_character_set_do_not_matter(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        del made.SeriesInstanceUID, made.StudyInstanceUID
        made.SpecificCharacterSet = "ISO_IR 999"
        made.add_new(0x00081030, "LO", b"a\0b\xff")

    slice_ = readers.read(files.write(tmp_path, change))
    assert slice_.instance.series_instance_uid == ""
    assert slice_.values[0, 1] == 1 - 1024


def test_an_encrypted_zip_member_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.dcm", files.write(tmp_path).read_bytes())
    content = (tmp_path / "a.zip").read_bytes()
    central = content.index(b"PK\x01\x02")
    (tmp_path / "a.zip").write_bytes(
        content[:6] + b"\x01" + content[7 : central + 8] + b"\x01" + content[central + 9 :]
    )
    with pytest.raises(UnsupportedFormat, match="encrypted"):
        readers.read(tmp_path / "a.zip", member="x.dcm")


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.dcm", b"\0" * 1000)
    content = bytearray((tmp_path / "a.zip").read_bytes())
    central = content.index(b"PK\x01\x02")
    content[central + 24 : central + 28] = struct.pack("<L", 3 << 30)
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(DamagedFile, match="claim to unpack to 3,221,225,472"):
        readers.read(tmp_path / "a.zip", member="x.dcm")


def _peak(read: Callable[[], object]) -> int:
    """Bytes that Python and NumPy held at most while it was refused."""
    tracemalloc.start()
    try:
        with pytest.raises(ReadError):
            read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_deflate_bomb_is_refused_within_bounds(tmp_path: Path) -> None:
    path = files.write(tmp_path, syntax=uid.DeflatedExplicitVRLittleEndian)
    content = path.read_bytes()
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = packer.compress(b"\x09\x00\x01\x10OB\0\0\xff\xff\xff\x7f") + packer.compress(bytes(100 << 20))
    meta = content[: 144 + struct.unpack("<L", content[140:144])[0]]
    path.write_bytes(meta + bomb + packer.flush())
    assert _peak(lambda: readers.read(path)) < 200 << 20


@pytest.mark.parametrize(
    "syntax", [uid.RLELossless, uid.JPEG2000Lossless, uid.JPEGLSLossless, uid.JPEGLosslessSV1]
)
def test_a_compressed_frame_that_claims_gigabytes_is_refused_before_allocation(
    syntax: str, tmp_path: Path
) -> None:
    path = files.write(tmp_path, setting(Rows=65535, Columns=65535), syntax)
    assert _peak(lambda: readers.read(path)) < 16 << 20


def test_compressed_frames_beyond_the_file_s_size_are_refused(tmp_path: Path) -> None:
    path = files.write(tmp_path, setting(NumberOfFrames=1_000_000), uid.RLELossless)
    refused(path, DamagedFile, "NumberOfFrames is 1000000; the [0-9,]+ bytes of Pixel Data hold at most")


def test_a_picture_of_900_megapixels_is_refused_from_its_header(tmp_path: Path) -> None:
    Image.new("1", (8, 8)).save(tmp_path / "a.png")
    content = bytearray((tmp_path / "a.png").read_bytes())
    content[16:24] = struct.pack(">2L", 30000, 30000)
    content[29:33] = struct.pack(">L", zlib.crc32(content[12:29]))
    (tmp_path / "a.png").write_bytes(content)
    refused(tmp_path / "a.png", TooManyPixels, "30000 × 30000 = 900 megapixels; at most 200")


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "bmp"])
def test_a_cut_picture_is_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (40, 40), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:-200])
    refused(path, DamagedFile, "does not decode|does not parse")


def test_a_length_of_two_gigabytes_is_not_allocated(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    content = path.read_bytes()
    at = content.index(b"\x10\x00\x10\x00PN")
    path.write_bytes(content[:at] + b"\x09\x00\x01\x10OB\0\0\xff\xff\xff\x7f" + content[at:])
    assert _peak(lambda: readers.read(path)) < 16 << 20


def test_a_dicomdir_is_called_what_it_is() -> None:
    path = Path(str(get_testdata_file("DICOMDIR-nooffset")))
    refused(path, NoPixelData, "Media Storage Directory Storage: no pixel data")
