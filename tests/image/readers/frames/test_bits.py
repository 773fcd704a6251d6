"""Native words: the value lies where HighBit, BitsStored and the sign say (PS3.5 8.1.1)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, uid

from lungview.image import readers
from tests.image.readers import files
from tests.image.readers.files import Change

RAMP = np.arange(16 * 12).reshape(16, 12)


def _words(words: np.ndarray, high: int, stored: int, *, signed: bool = False, big: bool = False) -> Change:
    def change(made: Dataset) -> None:
        made.BitsAllocated = 8 * words.dtype.itemsize
        made.BitsStored, made.HighBit, made.PixelRepresentation = stored, high, int(signed)
        made.PixelData = words.astype(words.dtype.newbyteorder(">" if big else "<")).tobytes()

    return change


# BitsAllocated, BitsStored, HighBit, signed
FIELDS = [
    (8, 6, 7, False),
    (8, 4, 6, True),
    (16, 12, 15, False),
    (16, 10, 11, False),
    (16, 8, 15, False),
    (16, 12, 15, True),
    (16, 12, 13, True),
    (32, 16, 31, False),
    (32, 20, 27, True),
]


LITTLE, BIG = uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian


@pytest.mark.parametrize(
    ("allocated", "stored", "high", "signed", "syntax"),
    [(*field, syntax) for field in FIELDS for syntax in (LITTLE, BIG) if field[0] > 8 or syntax == LITTLE],
)
def test_a_value_is_found_below_high_bit_whatever_lies_around_it(
    allocated: int, stored: int, high: int, signed: bool, syntax: str, tmp_path: Path
) -> None:
    half = (1 << (stored - 1)) if signed else 0
    expected = RAMP * 37 % (1 << stored) - half
    shift = high - stored + 1
    around = ((1 << allocated) - 1) & ~(((1 << stored) - 1) << shift)
    words = ((expected & ((1 << stored) - 1)) << shift) | (around & (RAMP * 2654435761))
    change = _words(
        words.astype(f"u{allocated // 8}"), high, stored, signed=signed, big=syntax == uid.ExplicitVRBigEndian
    )

    assert np.array_equal(readers.read_stored(files.write(tmp_path, change, syntax)).pixels, expected)


def test_bits_that_are_not_the_usual_ones_are_said(tmp_path: Path) -> None:
    change = _words((RAMP << 4).astype(np.uint16), 15, 12)

    assert readers.read(files.write(tmp_path, change)).warnings == (
        "HighBit is 15, BitsStored 12 makes it 11",
        "bits 4 to 15 of each word are taken",
    )


@pytest.mark.parametrize("high", [3, 16, 200])
def test_a_high_bit_that_cannot_be_is_not_used_and_said(high: int, tmp_path: Path) -> None:
    slice_ = readers.read(files.write(tmp_path, _words(files.PIXELS, high, 12)))

    assert slice_.values[0, 5] == 5 - 1024
    assert "it is not used" in slice_.warnings


def test_an_overlay_below_the_value_is_found(tmp_path: Path) -> None:
    mask = RAMP % 5 == 0

    def change(made: Dataset) -> None:
        _words(((RAMP << 4) | mask).astype(np.uint16), 15, 12)(made)
        made.add_new(0x60000010, "US", 16)
        made.add_new(0x60000011, "US", 12)
        made.add_new(0x60000102, "US", 0)

    slice_ = readers.read(files.write(tmp_path, change))
    assert np.array_equal(slice_.overlays[0], mask)
    assert np.array_equal(slice_.values, RAMP - 1024.0)


def _packed(values: np.ndarray, bits: int) -> bytes:
    """The numbers end to end, the lowest bit first."""
    whole = sum(int(v) << (bits * n) for n, v in enumerate(values.ravel()))
    length = -(-values.size * bits // 16) * 2
    return whole.to_bytes(length, "little")


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian])
def test_packed_words_of_several_frames_are_read_each(bits: int, syntax: str, tmp_path: Path) -> None:
    frames = np.random.default_rng(bits).integers(0, 1 << bits, (3, 5, 7))

    def change(made: Dataset) -> None:
        made.Rows, made.Columns, made.NumberOfFrames = 5, 7, 3
        made.BitsAllocated = made.BitsStored = bits
        made.HighBit = bits - 1
        content = _packed(frames, bits)
        big = syntax == uid.ExplicitVRBigEndian
        made.PixelData = np.frombuffer(content, "<u2").astype(">u2").tobytes() if big else content

    path = files.write(tmp_path, change, syntax)
    assert np.array_equal([readers.read_stored(path, n).pixels for n in range(3)], frames)
    assert [s.warnings[0] for s in readers.read_frames(path)] == [
        f"BitsAllocated is {bits}; the values are packed end to end"
    ] * 3


# PS3.3 2008 C.7.6.3.1.2: partial white is Y 235, black Y 16, both with chroma 128; red Y 81, CB 90, CR 240.
def test_partial_luminance_and_chroma_become_rgb(tmp_path: Path) -> None:
    def change(made: Dataset) -> None:
        made.Rows, made.Columns, made.SamplesPerPixel, made.PlanarConfiguration = 1, 4, 3, 0
        made.BitsAllocated = made.BitsStored = 8
        made.HighBit, made.PhotometricInterpretation = 7, "YBR_PARTIAL_422"
        made.PixelData = bytes([235, 16, 128, 128, 81, 81, 90, 240])

    values = readers.read(files.write(tmp_path, change)).values
    expected = [[255, 255, 255], [0, 0, 0], [255, 0, 0], [255, 0, 0]]
    assert np.abs(values[0].astype(int) - expected).max() <= 2


def test_samples_that_are_not_said_are_those_of_the_colour_space(tmp_path: Path) -> None:
    slice_ = readers.read(files.write(tmp_path, files.setting(SamplesPerPixel=None)))

    assert slice_.values[0, 5] == 5 - 1024
    assert slice_.warnings == ("SamplesPerPixel is absent; MONOCHROME2 makes it 1",)


@pytest.mark.parametrize("more", [100, 384, 1000])
def test_bytes_behind_a_single_frame_are_no_frame(more: int, tmp_path: Path) -> None:
    slices = list(
        readers.read_frames(
            files.write(tmp_path, files.setting(PixelData=files.PIXELS.tobytes() + b"\xff" * more))
        )
    )

    assert len(slices) == 1
    assert slices[0].values.max() == 191 - 1024
    assert f"{more:,} bytes behind its one frame" in slices[0].warnings[0]


def test_bytes_behind_the_last_of_several_frames_are_said(tmp_path: Path) -> None:
    frames = files.PIXELS.tobytes() * 3
    for more, said in ((b"\xff" * 100, "100 bytes behind its 3 frames"), (b"", "")):
        change = files.setting(NumberOfFrames=3, PixelData=frames + more)
        slices = list(readers.read_frames(files.write(tmp_path, change)))
        assert len(slices) == 3
        assert said in " ".join(slices[0].warnings)
        assert bool(slices[0].warnings) == bool(said)
