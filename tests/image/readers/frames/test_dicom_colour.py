"""Palettes, colour by pixel and by plane, YCbCr: each becomes RGB once."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom import Dataset, uid
from pydicom.data import get_testdata_file
from pydicom.pixels import apply_color_lut

from lungview.image import readers
from tests.image.readers import files
from tests.image.readers.files import Change


def _packaged(name: str) -> Path:
    return Path(str(get_testdata_file(name)))


@pytest.mark.parametrize(
    "name", [pytest.param("OBXXXX1A.dcm", marks=pytest.mark.shared), "examples_palette.dcm"]
)
def test_a_palette_image_has_pydicom_s_colours(name: str, request: pytest.FixtureRequest) -> None:
    if name == "OBXXXX1A.dcm":
        path = request.getfixturevalue("shared_data") / "dicom" / "pydicom-data" / name
    else:
        path = _packaged(name)
    dataset = pydicom.dcmread(path)
    expected = apply_color_lut(dataset.pixel_array, dataset)
    shown = (expected >> 8).astype(np.uint8) if expected.dtype == np.uint16 else expected
    assert np.array_equal(readers.read(path).values, shown)


@pytest.mark.shared
def test_a_segmented_palette_has_pydicom_s_colours(shared_data: Path) -> None:
    path = shared_data / "dicom" / "pydicom-data" / "gdcm-US-ALOKA-16.dcm"
    dataset = pydicom.dcmread(path)
    expected = (apply_color_lut(dataset.pixel_array, dataset) >> 8).astype(np.uint8)
    assert np.array_equal(readers.read(path).values, expected)


def test_indices_outside_the_palette_take_its_ends(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.PhotometricInterpretation = "PALETTE COLOR"
        for tag in (0x00281101, 0x00281102, 0x00281103):
            made.add_new(tag, "US", [2, 4, 16])
            made.add_new(tag + 0x100, "OW", np.array([0x1000, 0xFF00], "<u2").tobytes())

    values = files.read(tmp_path, change).values
    assert values[0, :7, 0].tolist() == [16, 16, 16, 16, 16, 255, 255]


@pytest.mark.parametrize("planar", [0, 1])
def test_planes_and_pixels_of_colour_give_the_same_picture(planar: int, tmp_path: Path) -> None:
    colour = np.random.default_rng(5).integers(0, 255, (16, 12, 3), np.uint8)

    def change(made: Dataset) -> None:
        made.SamplesPerPixel, made.PhotometricInterpretation = 3, "RGB"
        made.BitsAllocated = made.BitsStored = 8
        made.HighBit, made.PlanarConfiguration = 7, planar
        made.PixelData = (colour.transpose(2, 0, 1) if planar else colour).tobytes()

    assert np.array_equal(files.read(tmp_path, change).values, colour)


# T.81 has no colour; Adobe's APP14 segment says 1 for YCbCr (Adobe Technical Note 5116)
APP14 = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x01"


@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL_422"])
def test_adobe_s_ycbcr_becomes_rgb_once(photometric: str, tmp_path: Path) -> None:
    colour = np.full((16, 12, 3), (200, 60, 30), np.uint8)
    code = imagecodecs.jpeg8_encode(colour, level=100)
    start = code.index(b"\xff\xdb")  # behind JFIF, which is left out
    made = files.dataset(uid.JPEGBaseline8Bit)
    made.SamplesPerPixel, made.PhotometricInterpretation, made.PlanarConfiguration = 3, photometric, 0
    files.codestream(code[:2] + APP14 + code[start:])(made)
    values = readers.read(files.save(made, tmp_path / "a.dcm")).values
    assert np.abs(values.astype(int) - colour).max() <= 3


SMOOTH = np.stack([np.add.outer(np.arange(16) * 8, np.arange(12) * 3)] * 3, -1).astype(np.uint8)
SMOOTH[..., 1] = 255 - SMOOTH[..., 0]
NUMBERED, NAMED = b"\1\2\3", b"RGB"  # the components of a JPEG


def _jpeg(space: str, names: bytes = NUMBERED, adobe: bytes = b"") -> bytes:
    """A JPEG of SMOOTH without JFIF, in a colour space. adobe: the transform that an Adobe segment says."""
    code = bytearray(imagecodecs.jpeg8_encode(SMOOTH, level=100, outcolorspace=space, subsampling="444"))
    frame, scan = code.index(b"\xff\xc0"), code.index(b"\xff\xda")
    for at, name in enumerate(names):
        code[frame + 10 + 3 * at] = code[scan + 5 + 2 * at] = name
    return b"\xff\xd8" + (APP14[:-1] + adobe if adobe else b"") + bytes(code[code.index(b"\xff\xdb") :])


def _in_colour(photometric: str, bits: int = 8) -> Change:
    def change(made: Dataset) -> None:
        made.SamplesPerPixel, made.PhotometricInterpretation, made.PlanarConfiguration = 3, photometric, 0
        made.BitsAllocated, made.BitsStored, made.HighBit = 8, bits, bits - 1

    return change


# dcmj2pnm +cg has these colours, and libjpeg; by the data set's word alone they would be 225 off.
@pytest.mark.parametrize("photometric", ["YBR_FULL", "YBR_FULL_422"])
@pytest.mark.parametrize("code", [_jpeg("RGB", adobe=b"\0"), _jpeg("RGB", NAMED)], ids=["Adobe", "names"])
def test_a_jpeg_that_says_rgb_stays_rgb(code: bytes, photometric: str, tmp_path: Path) -> None:
    made = files.dataset(uid.JPEGBaseline8Bit)
    _in_colour(photometric)(made)
    files.codestream(code)(made)
    slice_ = readers.read(files.save(made, tmp_path / "a.dcm"))
    assert np.abs(slice_.values.astype(int) - SMOOTH).max() <= 3
    assert "the JPEG says that its colour is RGB" in slice_.warnings[0]


@pytest.mark.parametrize("photometric", ["YBR_ICT", "YBR_RCT"])
def test_ycbcr_of_a_jpeg_becomes_rgb_by_whatever_name(photometric: str, tmp_path: Path) -> None:
    made = files.dataset(uid.JPEGBaseline8Bit)
    _in_colour(photometric)(made)
    files.codestream(_jpeg("YCBCR"))(made)
    values = readers.read(files.save(made, tmp_path / "a.dcm")).values
    assert np.abs(values.astype(int) - SMOOTH).max() <= 3


@pytest.mark.parametrize("photometric", ["YBR_ICT", "YBR_RCT"])
def test_a_transform_of_jpeg_2000_that_is_said_of_plain_pixels_is_doubted(
    photometric: str, tmp_path: Path
) -> None:
    def change(made: Dataset) -> None:
        _in_colour(photometric)(made)
        made.PixelData = SMOOTH.tobytes()

    slice_ = files.read(tmp_path, change)
    assert np.array_equal(slice_.values, SMOOTH)  # as ITK has it
    assert slice_.warnings[0] == f"{photometric} is of JPEG 2000 alone; the pixels are taken for RGB"


@pytest.mark.parametrize("bits", [1, 4, 7])
def test_colour_of_fewer_bits_is_as_bright_as_that_of_eight(bits: int, tmp_path: Path) -> None:
    """As dcm2pnm shows it."""

    def change(made: Dataset) -> None:
        _in_colour("RGB", bits)(made)
        made.PixelData = (SMOOTH >> (8 - bits)).tobytes()

    expected = np.rint((SMOOTH >> (8 - bits)) * (255 / ((1 << bits) - 1)))
    assert np.array_equal(files.read(tmp_path, change).values, expected)


@pytest.mark.parametrize("segmented", [False, True])
def test_a_dark_colour_beside_bright_ones_keeps_its_sixteen_bits(segmented: bool, tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.PhotometricInterpretation = "PALETTE COLOR"
        for tag, value in ((0x00281101, 0x2828), (0x00281102, 0x1414), (0x00281103, 0x0064)):
            made.add_new(tag, "US", [192, 0, 16])
            entries = [0, 192, *[value] * 192] if segmented else [value] * 192
            made.add_new(tag + (0x120 if segmented else 0x100), "OW", np.array(entries, "<u2").tobytes())

    assert np.unique(files.read(tmp_path, change).values.reshape(-1, 3), axis=0).tolist() == [[0x28, 0x14, 0]]


def _with_a_palette(made: Dataset) -> None:
    made.PhotometricInterpretation = "PALETTE COLOR"
    for tag in (0x00281101, 0x00281102, 0x00281103):
        made.add_new(tag, "US", [256, 0, 16])
        made.add_new(tag + 0x100, "OW", (np.arange(256) * 257).astype("<u2").tobytes())


def _in_three_samples(made: Dataset) -> None:
    made.PhotometricInterpretation, made.SamplesPerPixel, made.PlanarConfiguration = "RGB", 3, 0
    made.BitsAllocated, made.BitsStored, made.HighBit = 8, 8, 7
    made.PixelData = np.arange(16 * 12 * 3, dtype=np.uint16).astype(np.uint8).tobytes()


@pytest.mark.parametrize("change", [_with_a_palette, _in_three_samples])
def test_colour_has_no_hounsfield_units_whatever_rescale_it_brings(change: Change, tmp_path: Path) -> None:
    """PS3.3 C.7.6.3.1.2: no Modality LUT comes before a palette or before RGB."""
    stored = readers.read_stored(files.write(tmp_path, change))
    assert stored.to_slice().unit == stored.modality.unit == ""
    assert np.array_equal(stored.modality_values(), stored.pixels)
    assert "not for colour" in " ".join(stored.about.warnings)
