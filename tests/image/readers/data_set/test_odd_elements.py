"""Elements that are absent, of a wrong VR or of another encoding than the file says: read, and said."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, uid
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from lungview.errors import DamagedFile, MissingCodec, UnsupportedFormat
from lungview.image import readers
from lungview.image.slice import Slice
from tests.image.readers import files
from tests.image.readers.files import Change, refused, setting, text_element

HU = files.PIXELS - 1024.0


def element(keyword: str, vr: str, content: bytes) -> Change:
    """A change that writes an element of any VR."""

    def change(made: Dataset) -> None:
        tag = Tag(tag_for_keyword(keyword) or 0)
        made._dict[tag] = RawDataElement(tag, vr, len(content), content, 0, False, True, True)

    return change


ABSENT: dict[str, tuple[Change, str]] = {
    "no sign": (setting(PixelRepresentation=None), "PixelRepresentation is absent; the values are taken as"),
    "sign empty": (element("PixelRepresentation", "US", b""), "PixelRepresentation is empty; the values are"),
    "stored bits empty": (element("BitsStored", "US", b""), "BitsStored is empty; taken for 12 of 16"),
    "samples empty": (
        element("SamplesPerPixel", "US", b""),
        "SamplesPerPixel is empty; MONOCHROME2 makes it",
    ),
    "no stored bits": (setting(BitsStored=None), "BitsStored is absent; taken for 12 of 16"),
    "neither bits": (setting(BitsStored=None, HighBit=None), "BitsStored is absent; taken for 16 of 16"),
    "no photometric": (
        setting(PhotometricInterpretation=None),
        "PhotometricInterpretation is absent; taken for MONOCHROME2",
    ),
    "small letters": (
        text_element("PhotometricInterpretation", "monochrome2"),
        "PhotometricInterpretation is written monochrome2; taken for MONOCHROME2",
    ),
    "two slopes": (text_element("RescaleSlope", "1\\2"), "RescaleSlope has 2 values; the first is used"),
}


@pytest.mark.parametrize("case", ABSENT)
def test_what_itk_reads_is_read_and_said(case: str, tmp_path: Path) -> None:
    change, said = ABSENT[case]
    path = files.write(tmp_path, change)

    slice_ = readers.read(path)
    assert np.array_equal(slice_.values, HU)
    assert any(warning.startswith(said) for warning in slice_.warnings)
    assert len(readers.read_header(path).instances) == 1


def test_colour_of_no_photometric_interpretation_is_refused(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.SamplesPerPixel, made.PlanarConfiguration = 3, 0
        made.PixelData = bytes(16 * 12 * 3 * 2)
        del made.PhotometricInterpretation

    refused(files.write(tmp_path, change), UnsupportedFormat, "PhotometricInterpretation is absent")


Found = Callable[[Slice], object]


def _spacing(slice_: Slice) -> object:
    return slice_.spacing and (slice_.spacing.row, slice_.spacing.column)


WRONG_VR: dict[str, tuple[Change, Found, object]] = {
    "spacing in OB": (element("PixelSpacing", "OB", b"0.5\\0.25"), _spacing, (0.5, 0.25)),
    "spacing in UN": (element("PixelSpacing", "UN", b"0.5\\0.25"), _spacing, (0.5, 0.25)),
    "spacing in FD": (element("PixelSpacing", "FD", struct.pack("<dd", 0.5, 0.25)), _spacing, (0.5, 0.25)),
    "center in FD": (
        element("WindowCenter", "FD", struct.pack("<2d", 40, 50)), lambda s: s.windows[0].center, 40
    ),
    "center in SS": (
        element("WindowCenter", "SS", struct.pack("<2h", -600, 50)), lambda s: s.windows[0].center, -600
    ),
    "position in FL": (
        element("ImagePositionPatient", "FL", struct.pack("<3f", 1, 2, 3)),
        lambda s: s.instance.geometry and s.instance.geometry.position,
        (1, 2, 3),
    ),
    "intercept in SL": (
        element("RescaleIntercept", "SL", struct.pack("<l", -1000)), lambda s: s.values.min(), -1000
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_VR)
def test_numbers_of_a_wrong_vr_are_what_their_bytes_say(case: str, tmp_path: Path) -> None:
    change, found, expected = WRONG_VR[case]
    assert found(readers.read(files.write(tmp_path, change))) == expected


LITTLE, BIG, IMPLICIT = uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian, uid.ImplicitVRLittleEndian


@pytest.mark.parametrize(
    ("real", "said", "warning"),
    [
        (BIG, LITTLE, "its data set is Explicit VR Big Endian; it is read as such"),
        (LITTLE, BIG, "its data set is Explicit VR Little Endian; it is read as such"),
        (LITTLE, IMPLICIT, "its data set has explicit VR; it is read as such"),
        (IMPLICIT, LITTLE, "its data set has implicit VR; it is read as such"),
    ],
)
def test_a_data_set_of_another_syntax_than_said_is_read_as_what_it_is(
    real: str, said: str, warning: str, tmp_path: Path
) -> None:
    path = files.write(tmp_path, syntax=real)
    path.write_bytes(files.with_syntax(path.read_bytes(), said))

    slice_ = readers.read(path)
    assert np.array_equal(slice_.values, HU)
    assert slice_.warnings[0].endswith(warning)


@pytest.mark.parametrize("frames", [1, 2])
@pytest.mark.parametrize("said", [uid.JPEGLosslessSV1, uid.RLELossless, uid.JPEG2000, uid.JPEGBaseline8Bit])
def test_grey_pixels_that_were_unpacked_under_their_old_syntax_are_read(
    said: uid.UID, frames: int, tmp_path: Path
) -> None:
    """As ITK reads them."""
    path = files.save(files.dataset(frames=frames), tmp_path / "case.dcm")
    path.write_bytes(files.with_syntax(path.read_bytes(), said))
    found = list(readers.read_frames(path))
    assert np.array_equal([each.values for each in found], [HU] * frames)
    assert found[0].warnings == (
        f"the file says {said.name}, its pixels are not compressed; they are read as such",
    )
    assert bool(found[0].lossy) == (said == uid.JPEGBaseline8Bit)  # what was lost stays lost
    assert len(readers.read_header(path).instances) == frames


@pytest.mark.parametrize("said", ["1.2.840.113619.5.2", "1.2.3", uid.JPEGLosslessSV1])
def test_pixels_of_a_private_syntax_or_of_another_length_are_not_taken_for_unpacked(
    said: str, tmp_path: Path
) -> None:
    def change(made: Dataset) -> None:
        if said == uid.JPEGLosslessSV1:
            made.PixelData += b"\0\0\0\0"

    path = files.write(tmp_path, change)
    path.write_bytes(files.with_syntax(path.read_bytes(), said))
    with pytest.raises((DamagedFile, MissingCodec)):
        readers.read(path)


def test_colour_that_was_unpacked_under_its_old_syntax_is_refused(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.Rows = 4
        made.SamplesPerPixel, made.PlanarConfiguration, made.PhotometricInterpretation = 3, 0, "YBR_FULL"
        made.BitsAllocated, made.BitsStored, made.HighBit = 8, 8, 7
        made.PixelData = bytes(4 * 12 * 3)

    path = files.write(tmp_path, change)
    path.write_bytes(files.with_syntax(path.read_bytes(), uid.JPEGBaseline8Bit))
    refused(path, DamagedFile, "the pixel data is not encapsulated")


def test_padding_behind_few_bits_is_no_frame(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.Rows = made.Columns = 3
        made.NumberOfFrames, made.BitsAllocated, made.BitsStored, made.HighBit = 2, 1, 1, 0
        made.PixelData = bytes([0b10101010, 0b10101010, 0b10, 0])  # 18 bits of 32

    path = files.write(tmp_path, change)
    assert len(readers.read_header(path).instances) == 2
    assert "frames" not in " ".join(readers.read(path).warnings)


def test_an_empty_functional_group_leaves_the_word_to_the_data_set(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        group = Dataset()
        group.PixelValueTransformationSequence = [Dataset()]
        made.SharedFunctionalGroupsSequence = [group]

    assert np.array_equal(readers.read(files.write(tmp_path, change)).values, HU)


def test_a_frame_has_its_own_word_and_else_that_of_all_frames(tmp_path: Path) -> None:
    def group(slope: int | None) -> Dataset:
        found, item = Dataset(), Dataset()
        if slope is not None:
            item.RescaleSlope, item.RescaleIntercept = slope, 0
            found.PixelValueTransformationSequence = [item]
        return found

    def change(made: Dataset) -> None:
        made.NumberOfFrames = 4
        made.PixelData = files.PIXELS.tobytes() * 4
        made.SharedFunctionalGroupsSequence = [group(5)]
        made.PerFrameFunctionalGroupsSequence = [group(None), group(2), group(None), group(3)]

    slopes = [slice_.values[0, 1] for slice_ in readers.read_frames(files.write(tmp_path, change))]
    assert slopes == [5, 2, 5, 3]
