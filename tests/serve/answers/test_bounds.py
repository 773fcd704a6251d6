"""What files claim is looked at before it is decoded, and bounded."""

import zipfile

import cv2
import numpy as np
import pytest

from lungview.image.phantom import Thorax, write_multiframe, write_series
from lungview.serve.answers.bounds import pictures
from lungview.serve.limits import Limits
from lungview.serve.problem import Problem
from lungview.serve.uploads.scratch import Upload


def status(uploads, limits) -> int:
    with pytest.raises(Problem) as caught:
        pictures(uploads, limits)
    return caught.value.status


def test_every_frame_and_member_is_named_as_the_visitor_names_it(tmp_path):
    write_multiframe(tmp_path / "0", Thorax(slices=2, matrix=64))
    files = write_series(tmp_path / "series", Thorax(slices=1, matrix=64))
    with zipfile.ZipFile(tmp_path / "1", "w") as archive:
        archive.write(files[0], "in/a.dcm")
        archive.writestr("readme.txt", "words")
    found = pictures([Upload(tmp_path / "0", "many.dcm"), Upload(tmp_path / "1", "b.zip")], Limits())
    assert [(p.number, p.label) for p in found] == [
        (0, "many.dcm"), (0, "many.dcm"), (1, "b.zip/in/a.dcm"), (1, "b.zip/readme.txt"),
    ]  # fmt: skip
    assert [p.error is None for p in found] == [True, True, True, False]


def test_too_many_frames_are_refused(tmp_path):
    write_multiframe(tmp_path / "0", Thorax(slices=3, matrix=64))
    assert status([Upload(tmp_path / "0", "a")], Limits(pictures=2)) == 413


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp"])
def test_too_many_pixels_are_refused_whatever_the_kind(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    cv2.imwrite(str(path), np.zeros((100, 101), np.uint8))
    assert status([Upload(path, "a")], Limits(pixels=10_099)) == 413
    assert len(pictures([Upload(path, "a")], Limits(pixels=10_100))) == 1


def test_too_many_pixels_of_a_dicom_are_refused(tmp_path):
    (path,) = write_series(tmp_path, Thorax(slices=1, matrix=64))
    assert status([Upload(path, "a")], Limits(pixels=64 * 64 - 1)) == 413


def test_a_dicomdir_among_files_is_no_file_of_its_own(tmp_path):
    (path,) = write_series(tmp_path, Thorax(slices=1, matrix=64))
    (tmp_path / "DICOMDIR").write_bytes(b"not one")
    found = pictures([Upload(tmp_path / "DICOMDIR", "DICOMDIR"), Upload(path, "a")], Limits())
    assert [p.number for p in found] == [1]
