"""Uncompressed pixels in fragments (1.2.840.10008.1.2.1.98), and deflated frame by frame (.8.1)."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels import pack_bits
from pydicom.uid import RLELossless

from lungview.errors import DamagedFile
from lungview.image import readers
from lungview.image.readers.codecs.uncompressed import DEFLATED_FRAMES, ENCAPSULATED
from tests.image.readers import files

HU = files.PIXELS.astype(np.float32) - 1024
Pack = Callable[[bytes], bytes]


def deflated(frame: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(frame) + packer.flush()
    return packed + b"\0" * (len(packed) % 2)


SYNTAXES = ((ENCAPSULATED, bytes), (DEFLATED_FRAMES, deflated))


def put(made: Dataset, syntax: str, frames: list[bytes], pack: Pack = bytes, **how: object) -> None:
    """The frames in fragments of their own."""
    made.file_meta.TransferSyntaxUID = ENCAPSULATED  # pydicom writes no other that it does not know
    made.syntax = syntax
    made.PixelData = encapsulate([pack(frame) for frame in frames], **how)  # type: ignore[arg-type]
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    if len(frames) > 1:
        made.NumberOfFrames = len(frames)


def saved(folder: Path, made: Dataset) -> Path:
    path = files.save(made, folder / "case.dcm")
    path.write_bytes(files.with_syntax(path.read_bytes(), made.syntax))
    return path


@pytest.mark.parametrize(("syntax", "pack"), SYNTAXES)
def test_a_frame_in_a_fragment_has_the_values_that_went_in(syntax: str, pack: Pack, tmp_path: Path) -> None:
    made = files.dataset()
    put(made, syntax, [files.PIXELS.tobytes()], pack)
    slice_ = readers.read(saved(tmp_path, made))
    assert np.array_equal(slice_.values, HU)
    assert (slice_.lossy, slice_.warnings) == ("", ())


@pytest.mark.parametrize(("syntax", "pack"), SYNTAXES)
@pytest.mark.parametrize("table", [True, False])
def test_every_frame_is_its_own(syntax: str, pack: Pack, table: bool, tmp_path: Path) -> None:
    made = files.dataset()
    put(made, syntax, [(files.PIXELS + n).tobytes() for n in range(3)], pack, has_bot=table)
    path = saved(tmp_path, made)
    found = [slice_.values for slice_ in readers.read_frames(path)]
    assert np.array_equal(found, [HU, HU + 1, HU + 2])
    assert np.array_equal(readers.read(path, 2).values, HU + 2)


@pytest.mark.parametrize("table", [True, False])
def test_a_frame_may_lie_in_several_fragments(table: bool, tmp_path: Path) -> None:
    made = files.dataset()
    frames = [(files.PIXELS + n).tobytes() for n in range(2)]
    put(made, ENCAPSULATED, frames, fragments_per_frame=3, has_bot=table)
    found = [slice_.values for slice_ in readers.read_frames(saved(tmp_path, made))]
    assert np.array_equal(found, [HU, HU + 1])


def test_pixels_that_look_like_the_start_of_a_codestream_are_pixels(tmp_path: Path) -> None:
    made = files.dataset()
    pixels = files.PIXELS.copy()
    pixels[8, :2] = np.frombuffer(b"\xff\xd8\xff\xe0", "<u2") & 0x0FFF
    pixels[8, :4] = np.frombuffer((1).to_bytes(4, "little") + (64).to_bytes(4, "little"), "<u2")
    put(made, ENCAPSULATED, [pixels.tobytes()], fragments_per_frame=2)
    assert np.array_equal(readers.read(saved(tmp_path, made)).values, pixels - 1024.0)


@pytest.mark.parametrize("planar", [0, 1])
def test_colour_is_as_native_colour_is(planar: int, tmp_path: Path) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    made = files.dataset()
    made.Rows, made.Columns, made.SamplesPerPixel, made.PlanarConfiguration = 5, 7, 3, planar
    made.BitsAllocated, made.BitsStored, made.HighBit = 8, 8, 7
    made.PhotometricInterpretation = "RGB"
    stored = rgb if planar == 0 else np.ascontiguousarray(rgb.transpose(2, 0, 1))
    put(made, ENCAPSULATED, [stored.tobytes()])
    assert np.array_equal(readers.read(saved(tmp_path, made)).values, rgb)


@pytest.mark.parametrize(("syntax", "pack"), SYNTAXES)
def test_single_bits_begin_anew_in_each_frame(syntax: str, pack: Pack, tmp_path: Path) -> None:
    bits = np.random.default_rng(2).integers(0, 2, (3, 5, 7), dtype=np.uint8)
    made = files.dataset()
    made.Rows, made.Columns = 5, 7
    made.BitsAllocated, made.BitsStored, made.HighBit = 1, 1, 0
    put(made, syntax, [pack_bits(frame) for frame in bits], pack)
    made.RescaleIntercept = 0
    found = [slice_.values for slice_ in readers.read_frames(saved(tmp_path, made))]
    assert np.array_equal(found, bits)


@pytest.mark.parametrize(
    ("syntax", "content", "sentence"),
    [
        (ENCAPSULATED, files.PIXELS.tobytes()[:-2], "the frame holds 382 bytes, expected 384"),
        (DEFLATED_FRAMES, deflated(files.PIXELS.tobytes()[:-2]), "the frame holds 382 bytes, expected 384"),
        (DEFLATED_FRAMES, b"\xff" * 64, "does not unpack"),
    ],
)
def test_a_frame_that_is_not_whole_is_no_picture(
    syntax: str, content: bytes, sentence: str, tmp_path: Path
) -> None:
    made = files.dataset()
    put(made, syntax, [content])
    with pytest.raises(DamagedFile, match=sentence):
        readers.read(saved(tmp_path, made))


def test_bytes_behind_a_frame_are_left_out_with_a_word(tmp_path: Path) -> None:
    made = files.dataset()
    put(made, ENCAPSULATED, [files.PIXELS.tobytes() + b"\1\2\3\4"])
    slice_ = readers.read(saved(tmp_path, made))
    assert np.array_equal(slice_.values, HU)
    assert "bytes follow the pixels of a frame; they are left out" in slice_.warnings


def test_a_deflated_frame_that_would_fill_the_memory_is_not_unpacked_whole(tmp_path: Path) -> None:
    made = files.dataset()
    put(made, DEFLATED_FRAMES, [deflated(files.PIXELS.tobytes() + bytes(1 << 28))])
    slice_ = readers.read(saved(tmp_path, made))
    assert np.array_equal(slice_.values, HU)


@pytest.mark.skipif(shutil.which("dcmconv") is None, reason="not installed: dcmtk")
def test_dcmtk_reads_the_same_elements(tmp_path: Path) -> None:
    made = files.dataset()
    put(made, ENCAPSULATED, [files.PIXELS.tobytes()])
    path = saved(tmp_path, made)
    done = subprocess.run(["dcmdump", "+P", "PixelData", path], capture_output=True, text=True, check=True)
    assert "(PixelSequence" in done.stdout


@pytest.mark.shared
@pytest.mark.parametrize("packing", ["deflate", "rle", "j2k"])
@pytest.mark.parametrize("name", ["liver", "liver_nonbyte_aligned"])
def test_single_bits_of_others_are_those_that_were_packed(name: str, packing: str, shared_data: Path) -> None:
    folder = shared_data / "dicom" / "pydicom-data"
    found = [each.values for each in readers.read_frames(folder / f"{name}_{packing}.dcm")]
    assert np.array_equal(found, pydicom.dcmread(folder / f"{name}.dcm").pixel_array)


def test_single_bits_in_runs_that_end_too_soon_are_no_picture(tmp_path: Path) -> None:
    made = files.dataset()
    made.Rows, made.Columns = 64, 64
    made.BitsAllocated, made.BitsStored, made.HighBit = 1, 1, 0
    header = np.array([1, 64, *[0] * 14], "<u4").tobytes()
    put(made, RLELossless, [header + bytes([257 - 100, 255])])
    with pytest.raises(DamagedFile, match="unpacks to 100 bytes, expected 512"):
        readers.read(saved(tmp_path, made))
