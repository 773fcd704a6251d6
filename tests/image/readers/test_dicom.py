"""What a DICOM file says becomes what a slice is: values, units, place, names, frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset, dcmwrite, uid
from pydicom.data import get_charset_files, get_testdata_file
from pydicom.encaps import encapsulate

from lungview.image import encode, phantom, readers
from lungview.image.slice import Spacing
from tests.image.readers import files
from tests.image.readers.files import Change, setting, text_element


def _packaged(name: str) -> Path:
    return Path(str(get_testdata_file(name)))


LOSSLESS = [s for s in encode.SYNTAXES if s not in encode.LOSSY]


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda s: uid.UID(s).keyword)
def test_a_lossless_syntax_gives_the_values_that_went_in(syntax: str, tmp_path: Path) -> None:
    assert np.array_equal(files.read(tmp_path, syntax=syntax).values, files.PIXELS - 1024.0)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda s: uid.UID(s).keyword)
def test_every_frame_of_a_multi_frame_file_can_be_had_alone(syntax: str, tmp_path: Path) -> None:
    made = files.dataset(syntax)
    frames = [files.PIXELS, files.PIXELS + 7, files.PIXELS + 9]
    encode.set_pixels(made, frames, 12, syntax)
    path = files.save(made, tmp_path / "a.dcm")
    assert [readers.read(path, frame=n).values[0, 0] for n in (2, 0, 1)] == [9 - 1024, -1024, 7 - 1024]
    assert [s.values[0, 0] for s in readers.read_frames(path)] == [-1024, 7 - 1024, 9 - 1024]


def test_monochrome1_is_flagged_and_not_inverted(tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, setting(PhotometricInterpretation="MONOCHROME1"))
    assert slice_.inverted
    assert slice_.values[0, 1] == 1 - 1024


def test_padding_is_masked_as_a_range(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.add_new(0x00280120, "US", 3)
        made.add_new(0x00280121, "US", 5)

    mask = files.read(tmp_path, change).padding
    assert mask is not None
    assert np.array_equal(mask, (files.PIXELS >= 3) & (files.PIXELS <= 5))


@pytest.mark.parametrize(
    ("change", "spacing", "source"),
    [
        (setting(PixelSpacing=["0.5", "0.25"]), (0.5, 0.25), "PixelSpacing"),
        (setting(PixelSpacing=None, ImagerPixelSpacing=["0.2", "0.2"]), (0.2, 0.2), "ImagerPixelSpacing"),
        (setting(PixelSpacing=["0", "0"], ImagerPixelSpacing=["1", "2"]), (1, 2), "ImagerPixelSpacing"),
        # 10.7.1.3: where both are the same nothing was calibrated, unless the file says so
        (setting(PixelSpacing=["1", "2"], ImagerPixelSpacing=["1.0", "2"]), (1, 2), "ImagerPixelSpacing"),
        (setting(PixelSpacing=["1", "2"], ImagerPixelSpacing=["1.1", "2.2"]), (1, 2), "PixelSpacing"),
        (
            setting(
                PixelSpacing=["1", "2"],
                ImagerPixelSpacing=["1", "2"],
                PixelSpacingCalibrationType="FIDUCIAL",
            ),
            (1, 2),
            "PixelSpacing",
        ),
    ],
)
def test_spacing_comes_from_where_it_says(
    change: Change, spacing: tuple[float, float], source: str, tmp_path: Path
) -> None:
    path = files.write(tmp_path, change)
    for found in (readers.read(path).spacing, readers.read_header(path).spacing):
        assert found is not None
        assert (found.row, found.column, found.source) == (*spacing, source)


def test_a_decimal_comma_is_taken_for_a_point_and_said(tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, text_element("PixelSpacing", "0,5\\0,25"))
    assert slice_.spacing == Spacing(0.5, 0.25, "PixelSpacing")
    assert slice_.warnings == ("PixelSpacing is written with a decimal comma; taken for a decimal point",)


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("SliceThickness", "2,5"),
        ("ImagePositionPatient", "-125,5\\-125,5\\10,25"),
        ("ImageOrientationPatient", "1,0\\0,0\\0\\0\\1,0\\0"),
    ],
)
def test_a_place_with_decimal_commas_is_read_and_said(keyword: str, value: str, tmp_path: Path) -> None:
    path = files.write(tmp_path, text_element(keyword, value))
    said = f"{keyword} is written with a decimal comma; taken for a decimal point"
    slice_ = readers.read(path)

    place = slice_.instance.geometry
    assert place is not None
    found = {
        "SliceThickness": (slice_.thickness,),
        "ImagePositionPatient": place.position,
        "ImageOrientationPatient": place.orientation,
    }
    assert found[keyword] == tuple(float(v.replace(",", ".")) for v in value.split("\\"))
    assert said in slice_.warnings
    assert said in readers.read_header(path).warnings


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
def test_decimal_commas_in_functional_groups_are_read_and_said(syntax: str, tmp_path: Path) -> None:
    said = {
        ("PixelMeasuresSequence", "PixelSpacing"): "0,5\\0,25",
        ("PixelValueTransformationSequence", "RescaleSlope"): "1,5",
        ("PixelValueTransformationSequence", "RescaleIntercept"): "-1024",
        ("FrameVOILUTSequence", "WindowCenter"): "40,5",
        ("FrameVOILUTSequence", "WindowWidth"): "400",
        ("PlanePositionSequence", "ImagePositionPatient"): "1,5\\2\\3",
    }

    def change(made: Dataset) -> None:
        group = Dataset()
        for (sequence, keyword), value in said.items():
            if sequence not in group:
                setattr(group, sequence, [Dataset()])
            text_element(keyword, value)(group[sequence].value[0])
            delattr(made, keyword)
        made.SharedFunctionalGroupsSequence = [group]

    slice_ = files.read(tmp_path, change, syntax)
    assert np.array_equal(slice_.values, files.PIXELS * 1.5 - 1024)
    assert slice_.spacing == Spacing(0.5, 0.25, "PixelSpacing")
    assert (slice_.windows[0].center, slice_.windows[0].width) == (40.5, 400)
    found = " ".join(slice_.warnings)
    assert all(keyword in found for (_, keyword), value in said.items() if "," in value)


@pytest.mark.parametrize("value", ["0;5\\0;5", "0\\0", "-1\\1", "nan\\1", "1"])
def test_a_spacing_that_is_none_is_not_used_and_said(value: str, tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, text_element("PixelSpacing", value))
    assert slice_.spacing is None
    assert "PixelSpacing is not two numbers above 0" in slice_.warnings[0]


def test_a_backslash_separates_numbers_whatever_the_vr(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.add_new(0x00280030, "UT", "0.5\\0.25")

    assert files.read(tmp_path, change).spacing == Spacing(0.5, 0.25, "PixelSpacing")


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
    slice_ = files.read(tmp_path, setting(ImageOrientationPatient=orientation))
    assert slice_.instance.geometry is None
    assert "perpendicular" in slice_.warnings[0]


def test_lossy_compression_is_told_with_its_ratio(tmp_path: Path) -> None:
    change = setting(
        LossyImageCompression="01", LossyImageCompressionMethod="ISO_15444_1", LossyImageCompressionRatio="10"
    )
    assert files.read(tmp_path, change).lossy == "JPEG 2000 10:1"


@pytest.mark.parametrize(
    ("syntax", "lossy"), [(uid.JPEGBaseline8Bit, "JPEG"), (uid.JPEGLSNearLossless, "JPEG-LS")]
)
def test_a_syntax_that_loses_is_marked_whatever_the_file_says(
    syntax: str, lossy: str, tmp_path: Path
) -> None:
    assert files.read(tmp_path, setting(LossyImageCompression=None), syntax).lossy == lossy


@pytest.mark.parametrize("said", ["1", "01", "01 ", "001"])
def test_a_loss_is_marked_however_its_number_is_written(said: str, tmp_path: Path) -> None:
    assert files.read(tmp_path, files.text_element("LossyImageCompression", said)).lossy == "lossy"


@pytest.mark.parametrize("said", ["YES", "Yes", "yes "])
def test_burned_in_annotation_is_flagged(said: str, tmp_path: Path) -> None:
    assert files.read(tmp_path, files.text_element("BurnedInAnnotation", said)).burned_in


# PS3.5 annexes H and I, K; and pydicom's charset files
NAMES = {
    "chrH31.dcm": "Yamada^Tarou=山田^太郎=やまだ^たろう",
    "chrX1.dcm": "Wang^XiaoDong=王^小東",
    "chrX2.dcm": "Wang^XiaoDong=王^小东",
    "chrI2.dcm": "Hong^Gildong=洪^吉洞=홍^길동",
    "chrGerm.dcm": "Äneas^Rüdiger",
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
    assert "HighBit is 15, BitsStored 12 makes it 11" in files.read(tmp_path, setting(HighBit=15)).warnings


@pytest.mark.parametrize("fragments", [1, 3])
def test_a_frame_may_lie_in_fragments_without_an_offset_table(fragments: int, tmp_path: Path) -> None:
    code = encode.ENCODERS[uid.JPEG2000Lossless](files.PIXELS, 12)

    def change(made: Dataset) -> None:
        made.PixelData = encapsulate([code], fragments_per_frame=fragments, has_bot=False)
        made["PixelData"].is_undefined_length = True

    assert np.array_equal(files.read(tmp_path, change, uid.JPEG2000Lossless).values, files.PIXELS - 1024.0)


def test_a_multi_frame_file_that_changed_is_parsed_again(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    for intercept in (-1024, -1000):
        made = files.dataset(frames=2)
        made.RescaleIntercept = intercept
        made.ImageComments = "x" * -intercept  # another size, should the clock be too coarse
        files.save(made, path)
        assert readers.read(path, frame=1).values[0, 0] == intercept
