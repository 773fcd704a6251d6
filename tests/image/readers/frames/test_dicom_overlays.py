"""Overlays of a DICOM file: in bits of their own, in unused bits, on their own frames (PS3.3 C.9)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset

from lungview.image import readers
from tests.image.readers import files
from tests.image.readers.files import Change


def _overlay(rows: int, columns: int, origin: tuple[int, int], mask: np.ndarray) -> Change:
    def change(made: Dataset) -> None:
        made.add_new(0x60000010, "US", rows)
        made.add_new(0x60000011, "US", columns)
        made.add_new(0x60000050, "SS", list(origin))
        made.add_new(0x60000100, "US", 1)
        made.add_new(0x60003000, "OW", np.packbits(mask, bitorder="little").tobytes())

    return change


def test_an_overlay_in_unused_bits_is_found_and_kept_apart(tmp_path: Path) -> None:
    mask = files.PIXELS % 5 == 0

    def change(made: Dataset) -> None:
        made.PixelData = (files.PIXELS | (mask.astype(np.uint16) << 14)).tobytes()
        made.add_new(0x60000010, "US", 16)
        made.add_new(0x60000011, "US", 12)
        made.add_new(0x60000102, "US", 14)

    slice_ = files.read(tmp_path, change)
    assert np.array_equal(slice_.overlays[0], mask)
    assert np.array_equal(slice_.values, files.PIXELS - 1024.0)


def test_an_overlay_larger_than_the_image_is_cut_to_it(tmp_path: Path) -> None:
    mask = np.random.default_rng(3).integers(0, 2, (20, 16), np.uint8)
    slice_ = files.read(tmp_path, _overlay(20, 16, (-1, 0), mask))
    # origin (1, 1) is the image's first pixel: row −1 begins two above it, column 0 one to its left
    assert np.array_equal(slice_.overlays[0], mask[2:18, 1:13].astype(bool))


def test_an_overlay_with_too_few_bits_is_left_out_and_said(tmp_path: Path) -> None:
    slice_ = files.read(tmp_path, _overlay(200, 160, (1, 1), np.zeros((4, 4), np.uint8)))
    assert slice_.overlays == ()
    assert "too few bits" in slice_.warnings[0]


# Image Frame Origin and Number of Frames in Overlay (None: absent): the frames on which dcm2pnm shows it.
@pytest.mark.parametrize(
    ("origin", "count", "frames"),
    [(2, 2, [2, 3]), (1, 1, [1]), (None, 2, [1, 2]), (None, None, [1, 2, 3]), (2, None, [2]), (3, 2, [3])],
)
def test_an_overlay_is_of_its_own_frames_alone(
    origin: int | None, count: int | None, frames: list[int], tmp_path: Path
) -> None:
    made = files.dataset(frames=3)
    masks = np.zeros((count or 1, 16, 12), np.uint8)
    for number, mask in enumerate(masks):
        mask[number, :4] = 1
    _overlay(16, 12, (1, 1), masks)(made)
    if origin is not None:
        made.add_new(0x60000051, "US", origin)
    if count is not None:
        made.add_new(0x60000015, "IS", count)
    slices = list(readers.read_frames(files.save(made, tmp_path / "a.dcm")))

    assert [n for n, slice_ in enumerate(slices, 1) if slice_.overlays] == frames
    shown = [slice_.overlays[0] for slice_ in slices if slice_.overlays]
    wanted = masks[: len(shown)] if count is not None else [masks[0]] * len(shown)
    assert np.array_equal(shown, wanted)
    assert all(slice_.warnings == () for slice_ in slices)
