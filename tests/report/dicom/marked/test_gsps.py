"""The view as a presentation state: dcmtk finds it legal, the own reader finds what was on screen."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from lungview.errors import ReportError
from lungview.image.window import VoiLut, VoiLutFunction, Window
from lungview.overlays.values import Figure, Shape
from lungview.report.content import CaseContent, View
from lungview.report.dicom.marked.gsps import write_gsps
from lungview.study.key import frame_key
from lungview.viewer.overlays.presented import camera_of
from tests.overlays.made import COLUMNS, ROWS, laid, series_in


def by_dcmtk(path: Path) -> str:
    done = subprocess.run(["dcmpschk", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_dcmtk_finds_nothing_wrong(content: CaseContent, tmp_path: Path) -> None:
    turned = replace(content, view=View(90, mirrored=True, inverted=True))
    write_gsps(turned, tmp_path / "pr.dcm")
    lines = by_dcmtk(tmp_path / "pr.dcm").splitlines()
    assert [line for line in lines if "Testing: " not in line] == ["W: Test passed."]


def test_the_own_reader_finds_window_and_drawings(
    content: CaseContent, images: list[Dataset], tmp_path: Path
) -> None:
    write_gsps(content, tmp_path / "pr.dcm")
    bound = laid(tmp_path / "pr.dcm", tmp_path / "ct")
    (series,) = series_in(tmp_path / "ct")
    two = next(frame_key(i) for i in series.instances if i.sop_instance_uid == images[2].SOPInstanceUID)
    look = bound.looks[two]
    assert look.window is not None
    assert (look.window.center, look.window.width, look.rescale) == (-600, 1500, (1.0, -1024.0))
    assert look.inverted is False
    figures = [each for each in bound.drawn[two] if isinstance(each, Figure)]
    shapes = [each.shape for each in figures if each.shape is not Shape.TEXT]
    assert shapes == [
        Shape.LINE,
        Shape.CLOSED,
        Shape.ELLIPSE,
        Shape.CLOSED,
        Shape.LINE,
        Shape.LINE,
        Shape.LINE,
        Shape.POINTS,
    ]
    assert figures[0].points.tolist() == [[4, 5], [24, 5]]
    assert figures[1].points.tolist() == [[8, 9], [18, 9], [18, 19], [8, 19]]
    said = [line for each in figures for line in each.lines]
    assert {"beside the vessel", "length 15.0 mm", "here", "area 56.2 mm²"} <= set(said)
    assert len(bound.looks) == 2
    assert bound.notes == ()


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_turns_and_corners_are_as_they_are_seen(
    content: CaseContent, tmp_path: Path, rotation: int, mirrored: bool
) -> None:
    write_gsps(replace(content, view=View(rotation, mirrored=mirrored)), tmp_path / "pr.dcm")
    bound = laid(tmp_path / "pr.dcm", tmp_path / "ct")
    look = next(iter(bound.looks.values()))
    assert (look.rotation, look.mirrored) == (rotation, mirrored)
    camera = camera_of(look, content.slice, (400, 300))
    assert (camera.zoom, camera.rotation, camera.mirrored) == (None, rotation, mirrored)
    # C.10.4: the corners are those of the picture as it is displayed.
    numbers = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    seen = np.rot90(numbers[:, ::-1] if mirrored else numbers, -rotation // 90)
    area = pydicom.dcmread(tmp_path / "pr.dcm").DisplayedAreaSelectionSequence[0]
    first, last = area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner
    assert numbers[first[1] - 1, first[0] - 1] == seen[0, 0]
    assert numbers[last[1] - 1, last[0] - 1] == seen[-1, -1]


@pytest.mark.parametrize(
    "window",
    [
        Window(40.5, 399.25, VoiLutFunction.LINEAR_EXACT),
        Window(40, 400, VoiLutFunction.SIGMOID),
        Window(2, 4, lut=VoiLut(-5, np.array([0, 100, 255, 255], np.uint16), 8)),
    ],
)
def test_every_kind_of_window_comes_back(content: CaseContent, tmp_path: Path, window: Window) -> None:
    write_gsps(replace(content, window=window), tmp_path / "pr.dcm")
    bound = laid(tmp_path / "pr.dcm", tmp_path / "ct")
    found = next(iter(bound.looks.values())).window
    assert found is not None
    if window.lut is None:
        assert (found.center, found.width, found.function) == (window.center, window.width, window.function)
    else:
        assert found.lut is not None
        assert (found.lut.first, found.lut.bits) == (-5, 8)
        assert np.array_equal(found.lut.table, window.lut.table)


def test_colour_and_pictures_without_a_header_are_refused(content: CaseContent, tmp_path: Path) -> None:
    grey = content.slice
    colour = replace(grey, values=np.zeros((ROWS, COLUMNS, 3), np.uint8))
    with pytest.raises(ReportError, match="for grey pictures"):
        write_gsps(replace(content, slice=colour), tmp_path / "pr.dcm")
    (tmp_path / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    other = replace(grey, instance=replace(grey.instance, path=tmp_path / "x.png"))
    with pytest.raises(ReportError, match="a picture file"):
        write_gsps(replace(content, slice=other), tmp_path / "pr.dcm")
    assert not (tmp_path / "pr.dcm").exists()
