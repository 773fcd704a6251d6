"""The synthetic thorax: known values at known places, in every transfer syntax."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom import uid
from pydicom.encaps import generate_frames

from lungview import paths
from lungview.image import encode, phantom
from lungview.image.phantom import anatomy, canvas

EXACT = phantom.Thorax(slices=30, matrix=128, noise=0)
DECODERS = {
    **dict.fromkeys((uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit), imagecodecs.jpeg8_decode),
    **dict.fromkeys((uid.JPEGLossless, uid.JPEGLosslessSV1), imagecodecs.jpeg8_decode),
    **dict.fromkeys((uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K), imagecodecs.htj2k_decode),
}


def _pixels(dataset: pydicom.Dataset) -> np.ndarray:
    decode = DECODERS.get(dataset.file_meta.TransferSyntaxUID)
    return decode(next(generate_frames(dataset.PixelData))) if decode else dataset.pixel_array


def test_the_nodule_is_where_it_is_said_to_be() -> None:
    index, row, column = EXACT.nodule

    assert EXACT.hu(index)[round(row), round(column)] == canvas.NODULE


@pytest.mark.parametrize(
    ("x", "y", "h", "hu"),
    [
        (-170, -170, 150, canvas.AIR),
        (20, -26, 192, canvas.BLOOD),  # heart
        (-60, 10, 250, canvas.LIVER),
        (0, 66, 145, canvas.MARROW),  # a vertebra
        (-2, 8, 80, canvas.AIR),  # trachea
    ],
)
def test_an_organ_has_its_hu(x: int, y: int, h: int, hu: int) -> None:
    drawn = anatomy.draw(360, h, 1.0)  # 1 mm pixels

    assert drawn[y + 180, x + 180] == hu


def test_most_of_the_lung_is_lung() -> None:
    drawn = anatomy.draw(256, 150.0, 1.0)

    assert np.count_nonzero(drawn == canvas.LUNG) > 0.12 * drawn.size


def test_noise_has_the_spread_that_was_asked_for() -> None:
    noisy = phantom.Thorax(slices=3, matrix=128, noise=20)
    difference = noisy.hu(1) - phantom.Thorax(slices=3, matrix=128, noise=0).hu(1)

    assert difference[noisy.hu(1) > -900].std() == pytest.approx(20, abs=1)


def test_the_same_phantom_is_the_same_bytes(tmp_path: Path) -> None:
    first = phantom.write_series(tmp_path / "a", phantom.Thorax(2, 32))
    second = phantom.write_series(tmp_path / "b", phantom.Thorax(2, 32))

    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_positions_rise_by_the_step(tmp_path: Path) -> None:
    files = phantom.write_series(tmp_path, phantom.Thorax(4, 32, slice_spacing=2.5))
    heights = [float(pydicom.dcmread(p).ImagePositionPatient[2]) for p in files]

    assert np.diff(heights) == pytest.approx([2.5, 2.5, 2.5])


@pytest.mark.parametrize("syntax", encode.SYNTAXES, ids=lambda s: uid.UID(s).keyword)
def test_every_transfer_syntax_gives_the_hu_back(tmp_path: Path, syntax: str) -> None:
    thorax = phantom.Thorax(1, 96)
    dataset = pydicom.dcmread(phantom.write_series(tmp_path, thorax, transfer_syntax=syntax)[0])
    assert dataset.file_meta.TransferSyntaxUID == syntax

    hu = _pixels(dataset) * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
    error = np.abs(hu - thorax.hu(0))

    if syntax in encode.LOSSY:
        assert error.mean() < (24 if syntax == uid.JPEGBaseline8Bit else 8)
    else:
        assert error.max() == 0


def test_a_multi_frame_file_holds_every_slice(tmp_path: Path) -> None:
    thorax = phantom.Thorax(3, 32)
    phantom.write_multiframe(tmp_path / "enhanced.dcm", thorax)
    dataset = pydicom.dcmread(tmp_path / "enhanced.dcm")

    assert np.array_equal(dataset.pixel_array - 1024.0, phantom.volume(thorax))
    assert len(dataset.PerFrameFunctionalGroupsSequence) == 3


def test_pngs_are_grey_and_of_the_matrix(tmp_path: Path) -> None:
    paths_ = phantom.write_pngs(tmp_path / "größe", phantom.Thorax(2, 48))

    assert imagecodecs.imread(paths_[1]).shape == (48, 48)


def test_it_says_that_it_is_synthetic(tmp_path: Path) -> None:
    dataset = pydicom.dcmread(phantom.write_series(tmp_path, phantom.Thorax(1, 32))[0])

    assert "SYNTHETIC" in str(dataset.PatientName)
    assert "SYNTHETIC" in dataset.SeriesDescription


def test_the_bundled_sample_is_the_phantom_and_small() -> None:
    files = sorted((paths.resources() / "sample" / "synthetic-thorax").glob("*.dcm"))
    index, row, column = phantom.SAMPLE.nodule
    dataset = pydicom.dcmread(files[index])

    assert len(files) == phantom.SAMPLE.slices
    assert sum(f.stat().st_size for f in files) < 5_000_000
    assert np.abs(dataset.pixel_array - 1024.0 - phantom.SAMPLE.hu(index)).max() <= 1  # rounding of a blur
    assert int(dataset.pixel_array[round(row), round(column)]) - 1024 == pytest.approx(canvas.NODULE, abs=40)
