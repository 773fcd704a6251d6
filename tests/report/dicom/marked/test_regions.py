"""Drawn regions as segments: highdicom and the own reader find the pixels that were measured."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import highdicom
import numpy as np
import pytest
from pydicom.dataset import Dataset

from lungview.errors import ReportError
from lungview.overlays.placing import MaskOn
from lungview.report.content import CaseContent
from lungview.report.dicom.marked.regions import write_regions
from lungview.report.measured import marked_slice
from tests.overlays.made import COLUMNS, ROWS, laid


def test_every_region_is_a_segment_of_its_pixels(
    content: CaseContent, images: list[Dataset], tmp_path: Path
) -> None:
    write_regions(content, tmp_path / "seg.dcm")
    peer = highdicom.seg.segread(tmp_path / "seg.dcm")
    assert [peer.get_segment_description(k).segment_label for k in (1, 2, 3)] == [
        "Rectangle 1",
        "Ellipse 2",
        "Polygon 3",
    ]
    pixels = peer.get_pixels_by_source_instance([images[2].SOPInstanceUID])[0]
    rows, columns = np.mgrid[:ROWS, :COLUMNS] + 0.5
    box = (columns >= 8) & (columns < 18) & (rows >= 9) & (rows < 19)
    ellipse = ((columns - 40) / 10) ** 2 + ((rows - 20) / 10) ** 2 <= 1
    corner = (columns > 2) & (rows > 30) & (columns - 2 + rows - 30 < 10)
    for k, truth in enumerate((box, ellipse, corner)):
        assert np.array_equal(pixels[..., k] != 0, truth)
    assert int(pixels[..., 0].sum()) == 100


def test_the_own_reader_lays_them_on_their_slice(content: CaseContent, tmp_path: Path) -> None:
    write_regions(content, tmp_path / "seg.dcm")
    bound = laid(tmp_path / "seg.dcm", tmp_path / "ct")
    ((_, drawn),) = bound.drawn.items()
    assert next(int(each.mask.sum()) for each in drawn if isinstance(each, MaskOn)) == 100
    assert not any(part.program for part in bound.overlay.parts)


def test_dcmtk_parses_it(content: CaseContent, tmp_path: Path) -> None:
    write_regions(content, tmp_path / "seg.dcm")
    done = subprocess.run(["dcmdump", str(tmp_path / "seg.dcm")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "=SegmentationStorage" in done.stdout


def test_without_a_region_it_is_refused(content: CaseContent, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="needs an ellipse, a rectangle or a polygon"):
        write_regions(replace(content, marked=[marked_slice(content.slice, ())]), tmp_path / "seg.dcm")
