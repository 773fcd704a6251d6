"""What is rare and allowed, or wrong and harmless: it is read, and means what the standard says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, uid

from lungview.errors import DamagedFile, UnsupportedFormat
from lungview.image import encode, readers
from lungview.sources.files.scan import scan
from tests.image.readers import files
from tests.image.readers.files import Change, refused, setting

NATIVE = [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian]
FRACTIONS = np.arange(16 * 12).reshape(16, 12) / 7


def _without_rescale(made: Dataset) -> None:
    del made.RescaleSlope, made.RescaleIntercept, made.RescaleType


def _floats(keyword: str, dtype: str) -> Change:
    def change(made: Dataset) -> None:
        _without_rescale(made)
        bits = 8 * np.dtype(dtype).itemsize
        del made.PixelData, made.BitsStored, made.HighBit, made.PixelRepresentation
        setattr(made, keyword, FRACTIONS.astype(dtype).tobytes())
        made.BitsAllocated = bits

    return change


@pytest.mark.parametrize(("keyword", "dtype"), [("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")])
def test_floating_point_pixels_keep_their_fractions(keyword: str, dtype: str, tmp_path: Path) -> None:
    path = files.write(tmp_path, _floats(keyword, dtype))

    assert np.array_equal(readers.read(path).values, FRACTIONS.astype(dtype).astype(np.float32))


def test_float_pixels_that_are_short_are_refused(tmp_path: Path) -> None:
    change = _floats("FloatPixelData", "<f4")

    def cut(made: Dataset) -> None:
        change(made)
        made.FloatPixelData = made.FloatPixelData[:-4]

    refused(files.write(tmp_path, cut), DamagedFile, "FloatPixelData holds 764 bytes; .* need 768")


@pytest.mark.parametrize("syntax", NATIVE, ids=lambda s: uid.UID(s).keyword)
def test_thirty_two_bits_are_read_to_the_last(syntax: str, tmp_path: Path) -> None:
    values = np.array([[0, 1, 65_536, 4_194_304]], np.uint32)  # float32 holds each

    def change(made: Dataset) -> None:
        _without_rescale(made)
        made.Rows, made.Columns = values.shape
        made.BitsAllocated = made.BitsStored = 32
        made.HighBit = 31
        made.PixelData = values.astype(">u4" if syntax == uid.ExplicitVRBigEndian else "<u4").tobytes()

    assert np.array_equal(readers.read(files.write(tmp_path, change, syntax)).values, values)


def test_one_bit_a_pixel_is_read_from_the_lowest_on(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        _without_rescale(made)
        made.Rows, made.Columns = 2, 8
        made.BitsAllocated = made.BitsStored = 1
        made.HighBit = 0
        made.PixelData = bytes([0b0000_0001, 0b1000_0000])  # PS3.5 8.1.1: the first pixel is the lowest bit

    values = readers.read(files.write(tmp_path, change)).values
    assert values.tolist() == [[1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1]]


def test_a_picture_of_one_pixel_is_read(tmp_path: Path) -> None:
    change = setting(Rows=1, Columns=1, PixelData=b"\x07\x00")

    assert readers.read(files.write(tmp_path, change)).values.tolist() == [[7 - 1024]]


def test_a_value_of_odd_length_is_stepped_over_rightly(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    content = path.read_bytes()
    at = content.index(b"\x10\x00\x10\x00PN")
    path.write_bytes(content[:at] + b"\x09\x00\x10\x00LO\x03\x00ABC" + content[at:])

    slice_ = readers.read(path)
    assert slice_.patient.name == "SECRET^PERSON"
    assert slice_.values[0, 5] == 5 - 1024


def test_a_voi_lut_with_more_entries_than_it_says_uses_those_it_says(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        del made.WindowCenter, made.WindowWidth
        item = Dataset()
        item.add_new(0x00283002, "US", [2, 0, 16])
        item.add_new(0x00283006, "US", [0, 65535, 1, 2])
        made.VOILUTSequence = [item]

    (window,) = readers.read(files.write(tmp_path, change)).windows
    assert window.lut is not None
    assert window.lut.table.tolist() == [0, 65535]


def _ybr(photometric: str, pixels: bytes) -> Callable[[Dataset], None]:
    def change(made: Dataset) -> None:
        _without_rescale(made)
        made.Rows, made.Columns, made.SamplesPerPixel, made.PlanarConfiguration = 1, 2, 3, 0
        made.BitsAllocated = made.BitsStored = 8
        made.HighBit = 7
        made.PhotometricInterpretation, made.PixelData = photometric, pixels

    return change


# PS3.3 C.7.6.3.1.2: white is Y 255, black Y 0, both with chroma 128; red Y 76, CB 85, CR 255.
@pytest.mark.parametrize(
    ("photometric", "pixels", "expected"),
    [
        ("YBR_FULL", bytes([255, 128, 128, 76, 85, 255]), [[255, 255, 255], [254, 0, 0]]),
        ("YBR_FULL_422", bytes([255, 0, 128, 128]), [[255, 255, 255], [0, 0, 0]]),
    ],
)
def test_luminance_and_chroma_become_rgb(
    photometric: str, pixels: bytes, expected: list[list[int]], tmp_path: Path
) -> None:
    values = readers.read(files.write(tmp_path, _ybr(photometric, pixels))).values

    assert np.abs(values[0].astype(int) - expected).max() <= 1


def test_ten_thousand_files_are_one_series(tmp_path: Path) -> None:
    one = files.write(tmp_path)
    content, own = one.read_bytes(), str(readers.read_header(one).instances[0].sop_instance_uid)
    one.unlink()
    for number in range(10_000):
        name = f"{own[:-5]}{number:05d}"
        (tmp_path / f"{number}.dcm").write_bytes(content.replace(own.encode(), name.encode()))

    (series,) = scan([tmp_path]).series
    assert len(series.instances) == 10_000
    assert len({instance.sop_instance_uid for instance in series.instances}) == 10_000


def test_doubles_that_no_float_holds_are_refused(tmp_path: Path) -> None:
    change = _floats("DoubleFloatPixelData", "<f8")

    def large(made: Dataset) -> None:
        change(made)
        made.DoubleFloatPixelData = np.full(16 * 12, 1e300, "<f8").tobytes()

    refused(files.write(tmp_path, large), UnsupportedFormat, "values beyond ±3.4e38")


@pytest.mark.parametrize("syntax", NATIVE)
@pytest.mark.parametrize(("value", "said"), [(1 << 24, False), ((1 << 24) + 1, True)])
def test_whole_numbers_that_no_float_holds_are_called_rounded(
    syntax: str, value: int, said: bool, tmp_path: Path
) -> None:
    def change(made: Dataset) -> None:
        _without_rescale(made)
        encode.set_pixels(made, [np.full((16, 12), value, np.uint32)], 32, syntax)

    warnings = " ".join(readers.read(files.write(tmp_path, change, syntax)).warnings)
    assert ("rounded to 24 bits" in warnings) == said
