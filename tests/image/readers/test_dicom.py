"""What a DICOM file says becomes what a slice is: values, units, windows, place, colour, overlays."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom import Dataset, Sequence, dcmwrite, uid
from pydicom.data import get_charset_files, get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_color_lut

from lungview.image import encode, phantom, readers
from lungview.image.slice import Slice
from tests.image.readers import files
from tests.image.readers.files import Change, setting, text_element


def _read(folder: Path, change: Change | None = None, syntax: str = uid.ExplicitVRLittleEndian) -> Slice:
    return readers.read(files.write(folder, change, syntax))


def _packaged(name: str) -> Path:
    return Path(str(get_testdata_file(name)))


LOSSLESS = [s for s in encode.SYNTAXES if s not in encode.LOSSY]


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda s: uid.UID(s).keyword)
def test_a_lossless_syntax_gives_the_values_that_went_in(syntax: str, tmp_path: Path) -> None:
    assert np.array_equal(_read(tmp_path, syntax=syntax).values, files.PIXELS - 1024.0)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda s: uid.UID(s).keyword)
def test_every_frame_of_a_multi_frame_file_can_be_had_alone(syntax: str, tmp_path: Path) -> None:
    made = files.dataset(syntax)
    frames = [files.PIXELS, files.PIXELS + 7, files.PIXELS + 9]
    encode.set_pixels(made, frames, 12, syntax)
    path = files.save(made, tmp_path / "a.dcm")
    assert [readers.read(path, frame=n).values[0, 0] for n in (2, 0, 1)] == [9 - 1024, -1024, 7 - 1024]
    assert [s.values[0, 0] for s in readers.read_frames(path)] == [-1024, 7 - 1024, 9 - 1024]


def test_rescale_is_applied_once_and_in_float64(tmp_path: Path) -> None:
    slice_ = _read(tmp_path, setting(RescaleSlope="0.1", RescaleIntercept="0.3"))
    assert slice_.values[0, 3] == np.float32(3 * 0.1 + 0.3)


def test_a_negative_slope_is_taken_as_it_is(tmp_path: Path) -> None:
    assert _read(tmp_path, setting(RescaleSlope=-2, RescaleIntercept=5)).values[0, 3] == -1


def test_a_slope_without_intercept_is_not_applied_and_said(tmp_path: Path) -> None:
    slice_ = _read(tmp_path, setting(RescaleSlope=2, RescaleIntercept=None))
    assert slice_.values[0, 3] == 3
    assert "come as a pair" in slice_.warnings[0]


def test_a_rescale_of_unspecified_unit_is_not_called_hu(tmp_path: Path) -> None:
    assert _read(tmp_path, setting(RescaleType="US")).unit == ""


def _lut_item(first: int, bits: int, entries: list[int]) -> Dataset:
    item = Dataset()
    item.add_new(0x00283002, "US", [len(entries), first, bits])
    item.add_new(0x00283006, "US", entries)
    return item


def test_a_modality_lut_maps_and_holds_its_ends(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.ModalityLUTSequence = Sequence([_lut_item(2, 16, [100, 200, 300])])
        made.ModalityLUTSequence[0].ModalityLUTType = "OD"

    slice_ = _read(tmp_path, change)
    assert slice_.values[0, :7].tolist() == [100, 100, 100, 200, 300, 300, 300]
    assert slice_.unit == "OD"


def test_signed_values_below_zero_stay_below_zero(tmp_path: Path) -> None:
    stored = np.arange(-96, 96, dtype=np.int16).reshape(16, 12)

    def change(made: Dataset) -> None:
        made.PixelData, made.PixelRepresentation, made.BitsStored, made.HighBit = stored.tobytes(), 1, 16, 15

    assert _read(tmp_path, change).values[0, 0] == -96 - 1024


def test_bits_above_bits_stored_do_not_count(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.PixelData = (files.PIXELS | 0xF000).tobytes()

    assert np.array_equal(_read(tmp_path, change).values, files.PIXELS - 1024.0)


def test_an_overlay_in_unused_bits_is_found_and_kept_apart(tmp_path: Path) -> None:
    mask = files.PIXELS % 5 == 0

    def change(made: Dataset) -> None:
        made.PixelData = (files.PIXELS | (mask.astype(np.uint16) << 14)).tobytes()
        made.add_new(0x60000010, "US", 16)
        made.add_new(0x60000011, "US", 12)
        made.add_new(0x60000102, "US", 14)

    slice_ = _read(tmp_path, change)
    assert np.array_equal(slice_.overlays[0], mask)
    assert np.array_equal(slice_.values, files.PIXELS - 1024.0)


def _overlay(rows: int, columns: int, origin: tuple[int, int], mask: np.ndarray) -> Change:
    def change(made: Dataset) -> None:
        made.add_new(0x60000010, "US", rows)
        made.add_new(0x60000011, "US", columns)
        made.add_new(0x60000050, "SS", list(origin))
        made.add_new(0x60000100, "US", 1)
        made.add_new(0x60003000, "OW", np.packbits(mask, bitorder="little").tobytes())

    return change


def test_an_overlay_larger_than_the_image_is_cut_to_it(tmp_path: Path) -> None:
    mask = np.random.default_rng(3).integers(0, 2, (20, 16), np.uint8)
    slice_ = _read(tmp_path, _overlay(20, 16, (-1, 0), mask))
    # origin (1, 1) is the image's first pixel: row −1 begins two above it, column 0 one to its left
    assert np.array_equal(slice_.overlays[0], mask[2:18, 1:13].astype(bool))


def test_an_overlay_with_too_few_bits_is_left_out_and_said(tmp_path: Path) -> None:
    slice_ = _read(tmp_path, _overlay(200, 160, (1, 1), np.zeros((4, 4), np.uint8)))
    assert slice_.overlays == ()
    assert "too few bits" in slice_.warnings[0]


def test_monochrome1_is_flagged_and_not_inverted(tmp_path: Path) -> None:
    slice_ = _read(tmp_path, setting(PhotometricInterpretation="MONOCHROME1"))
    assert slice_.inverted
    assert slice_.values[0, 1] == 1 - 1024


def test_padding_is_masked_as_a_range(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.add_new(0x00280120, "US", 3)
        made.add_new(0x00280121, "US", 5)

    mask = _read(tmp_path, change).padding
    assert mask is not None
    assert np.array_equal(mask, (files.PIXELS >= 3) & (files.PIXELS <= 5))


@pytest.mark.parametrize(
    ("change", "spacing", "source"),
    [
        (setting(PixelSpacing=["0.5", "0.25"]), (0.5, 0.25), "PixelSpacing"),
        (setting(PixelSpacing=None, ImagerPixelSpacing=["0.2", "0.2"]), (0.2, 0.2), "ImagerPixelSpacing"),
        (setting(PixelSpacing=["0", "0"], ImagerPixelSpacing=["1", "2"]), (1, 2), "ImagerPixelSpacing"),
    ],
)
def test_spacing_comes_from_where_it_says(
    change: Change, spacing: tuple[float, float], source: str, tmp_path: Path
) -> None:
    found = _read(tmp_path, change).spacing
    assert found is not None
    assert (found.row, found.column, found.source) == (*spacing, source)


@pytest.mark.parametrize("value", ["0,5\\0,5", "0\\0", "-1\\1", "nan\\1", "1"])
def test_a_spacing_that_is_none_is_not_used_and_said(value: str, tmp_path: Path) -> None:
    slice_ = _read(tmp_path, text_element("PixelSpacing", value))
    assert slice_.spacing is None
    assert "PixelSpacing is not two numbers above 0" in slice_.warnings[0]


@pytest.mark.parametrize(
    ("center", "width", "windows", "warning"),
    [
        ("40", "0", 0, "width is 0"),
        ("40", "-5", 0, "width is -5"),
        ("forty", "400", 0, "'forty'"),
        ("nan", "400", 0, "nan"),
        ("40\\-600", "400\\1500", 2, ""),
        ("40\\-600", "400", 1, "2 window centers and 1 widths"),
    ],
)
def test_windows_are_sanitised_with_a_warning(
    center: str, width: str, windows: int, warning: str, tmp_path: Path
) -> None:
    def change(made: Dataset) -> None:
        text_element("WindowCenter", center)(made)
        text_element("WindowWidth", width)(made)

    slice_ = _read(tmp_path, change)
    assert len(slice_.windows) == windows
    assert warning in " ".join(slice_.warnings)


def test_a_voi_lut_comes_behind_the_plain_windows(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.VOILUTSequence = Sequence([_lut_item(10, 12, [0, 2000, 4095])])
        made.VOILUTSequence[0].LUTExplanation = "CONTRAST"

    window = _read(tmp_path, change).windows[-1]
    assert window.lut is not None
    assert (window.name, window.lut.first, window.lut.bits) == ("CONTRAST", 10, 12)
    assert window.lut.table.tolist() == [0, 2000, 4095]


def test_a_voi_lut_of_hu_begins_below_zero(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:  # stored unsigned, rescaled by −1024; written as US, 65536 − 1000
        made.VOILUTSequence = Sequence([_lut_item(64536, 12, [0, 2000, 4095])])

    window = _read(tmp_path, change).windows[-1]
    assert window.lut is not None
    assert window.lut.first == -1000


def test_a_short_voi_lut_is_left_out_and_said(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        item = _lut_item(10, 12, [0, 2000, 4095])
        item.LUTDescriptor = [9, 10, 12]
        made.VOILUTSequence = Sequence([item])

    slice_ = _read(tmp_path, change)
    assert all(w.lut is None for w in slice_.windows)
    assert "VOI LUT" in slice_.warnings[0]


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

    values = _read(tmp_path, change).values
    assert values[0, :7, 0].tolist() == [16, 16, 16, 16, 16, 255, 255]


@pytest.mark.parametrize("planar", [0, 1])
def test_planes_and_pixels_of_colour_give_the_same_picture(planar: int, tmp_path: Path) -> None:
    colour = np.random.default_rng(5).integers(0, 255, (16, 12, 3), np.uint8)

    def change(made: Dataset) -> None:
        made.SamplesPerPixel, made.PhotometricInterpretation = 3, "RGB"
        made.BitsAllocated = made.BitsStored = 8
        made.HighBit, made.PlanarConfiguration = 7, planar
        made.PixelData = (colour.transpose(2, 0, 1) if planar else colour).tobytes()

    assert np.array_equal(_read(tmp_path, change).values, colour)


def test_a_voxel_has_its_own_frame_s_place_and_rescale(tmp_path: Path) -> None:
    thorax = phantom.Thorax(slices=3, matrix=16)
    phantom.write_multiframe(tmp_path / "a.dcm", thorax)
    slices = list(readers.read_frames(tmp_path / "a.dcm"))
    assert [s.instance.geometry.position for s in slices if s.instance.geometry] == [
        thorax.position(n) for n in range(3)
    ]
    assert np.array_equal(np.stack([s.values for s in slices]), phantom.volume(thorax))
    assert slices[0].unit == "HU"


@pytest.mark.parametrize(
    "orientation", [["1", "0", "0", "1", "0", "0"], ["2", "0", "0", "0", "1", "0"], ["1", "0", "0"]]
)
def test_an_orientation_that_is_none_gives_no_place(orientation: list[str], tmp_path: Path) -> None:
    slice_ = _read(tmp_path, setting(ImageOrientationPatient=orientation))
    assert slice_.instance.geometry is None
    assert "perpendicular" in slice_.warnings[0]


def test_lossy_compression_is_told_with_its_ratio(tmp_path: Path) -> None:
    change = setting(
        LossyImageCompression="01", LossyImageCompressionMethod="ISO_15444_1", LossyImageCompressionRatio="10"
    )
    assert _read(tmp_path, change).lossy == "JPEG 2000 10:1"


@pytest.mark.parametrize(
    ("syntax", "lossy"), [(uid.JPEGBaseline8Bit, "JPEG"), (uid.JPEGLSNearLossless, "JPEG-LS")]
)
def test_a_syntax_that_loses_is_marked_whatever_the_file_says(
    syntax: str, lossy: str, tmp_path: Path
) -> None:
    assert _read(tmp_path, setting(LossyImageCompression=None), syntax).lossy == lossy


def test_burned_in_annotation_is_flagged(tmp_path: Path) -> None:
    assert _read(tmp_path, setting(BurnedInAnnotation="YES")).burned_in


# PS3.5 annexes H and I, K; and pydicom's charset files
NAMES = {
    "chrH31.dcm": "Yamada Tarou=山田 太郎=やまだ たろう",
    "chrX1.dcm": "Wang XiaoDong=王 小東",
    "chrX2.dcm": "Wang XiaoDong=王 小东",
    "chrI2.dcm": "Hong Gildong=洪 吉洞=홍 길동",
    "chrGerm.dcm": "Äneas Rüdiger",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_in_any_character_set_are_read(name: str, tmp_path: Path) -> None:
    [path] = get_charset_files(name)
    made = pydicom.dcmread(path)
    encode.set_pixels(made, [files.PIXELS], 12, uid.ExplicitVRLittleEndian)
    made.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    dcmwrite(tmp_path / "a.dcm", made, implicit_vr=False, little_endian=True)
    assert readers.read(tmp_path / "a.dcm").patient.name == NAMES[name]


def test_more_frames_than_the_header_says_are_shown_and_said(tmp_path: Path) -> None:
    made = files.dataset(frames=3)
    made.NumberOfFrames = 2
    slices = list(readers.read_frames(files.save(made, tmp_path / "a.dcm")))
    assert len(slices) == 3
    assert "holds 3 frames, NumberOfFrames says 2" in slices[0].warnings[0]


def test_a_wrong_high_bit_is_said(tmp_path: Path) -> None:
    assert "HighBit is 15, BitsStored 12 makes it 11" in _read(tmp_path, setting(HighBit=15)).warnings


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


@pytest.mark.parametrize("fragments", [1, 3])
def test_a_frame_may_lie_in_fragments_without_an_offset_table(fragments: int, tmp_path: Path) -> None:
    code = encode.ENCODERS[uid.JPEG2000Lossless](files.PIXELS, 12)

    def change(made: Dataset) -> None:
        made.PixelData = encapsulate([code], fragments_per_frame=fragments, has_bot=False)
        made["PixelData"].is_undefined_length = True

    assert np.array_equal(_read(tmp_path, change, uid.JPEG2000Lossless).values, files.PIXELS - 1024.0)


def test_a_multi_frame_file_that_changed_is_parsed_again(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    for intercept in (-1024, -1000):
        made = files.dataset(frames=2)
        made.RescaleIntercept = intercept
        made.ImageComments = "x" * -intercept  # another size, should the clock be too coarse
        files.save(made, path)
        assert readers.read(path, frame=1).values[0, 0] == intercept
