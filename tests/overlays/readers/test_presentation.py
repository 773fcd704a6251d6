"""Presentation states: windows and drawings as highdicom writes them, turns as the standard has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from lungview.overlays import reading
from lungview.overlays.values import Figure, Shape
from lungview.study.key import frame_key
from tests.overlays.made import COLUMNS, ROWS, gsps, item, laid, resaved, series_in


def test_the_window_is_that_of_the_pictures_it_is_said_of(images: list[Dataset], tmp_path: Path) -> None:
    gsps(images, tmp_path / "pr.dcm")
    (series,) = series_in(tmp_path / "ct")
    bound = laid(tmp_path / "pr.dcm", tmp_path / "ct")
    peer = pydicom.dcmread(tmp_path / "pr.dcm").SoftcopyVOILUTSequence[0]
    of = {each.ReferencedSOPInstanceUID for each in peer.ReferencedImageSequence}
    assert len(of) == 5
    for instance in series.instances:
        window = bound.looks[frame_key(instance)].window
        if instance.sop_instance_uid in of:
            assert window is not None
            assert (window.center, window.width) == (peer.WindowCenter, peer.WindowWidth) == (-600, 1500)
        else:
            assert window is None
    assert bound.looks[frame_key(series.instances[0])].rescale == (1.0, -1024.0)


def test_graphics_and_text_lie_where_they_were_put(images: list[Dataset], tmp_path: Path) -> None:
    gsps(images, tmp_path / "pr.dcm")
    (series,) = series_in(tmp_path / "ct")
    bound = laid(tmp_path / "pr.dcm", tmp_path / "ct")
    first = next(i for i in series.instances if i.sop_instance_uid == images[0].SOPInstanceUID)
    line, words = bound.drawn[frame_key(first)]
    assert isinstance(line, Figure)
    assert isinstance(words, Figure)
    assert line.shape is Shape.LINE
    assert line.points.tolist() == [[2, 3], [12, 3]]
    assert (words.shape, words.points.tolist(), words.lines) == (Shape.TEXT, [[5, 6]], ("look here",))
    assert bound.overlay.parts[0].colour == (255, 0, 0)
    assert len(bound.drawn) == 5


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", ["N", "Y"])
def test_turns_are_the_standards(images: list[Dataset], tmp_path: Path, rotation: int, flip: str) -> None:
    """C.10.6: turned clockwise, then flipped; a look is mirrored, then turned clockwise."""
    gsps(images, tmp_path / "pr.dcm", ImageRotation=rotation, ImageHorizontalFlip=flip)
    look = reading.read(tmp_path / "pr.dcm").looks[0]
    picture = np.arange(12).reshape(3, 4)
    expected = np.rot90(picture, -rotation // 90)
    expected = expected[:, ::-1] if flip == "Y" else expected
    ours = np.rot90(picture[:, ::-1] if look.mirrored else picture, -look.rotation // 90)
    assert np.array_equal(ours, expected)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", ["N", "Y"])
def test_drawings_of_the_displayed_area_are_found_in_the_picture(
    images: list[Dataset], tmp_path: Path, rotation: int, flip: str
) -> None:
    """A point near the upper left of what is shown, of the whole picture."""
    graphic = item(
        GraphicAnnotationUnits="DISPLAY",
        GraphicDimensions=2,
        NumberOfGraphicPoints=1,
        GraphicData=[0.01, 0.02],
        GraphicType="POINT",
    )
    of_display = [item(GraphicLayer="MARKS", GraphicObjectSequence=[graphic])]
    gsps(
        images,
        tmp_path / "pr.dcm",
        ImageRotation=rotation,
        ImageHorizontalFlip=flip,
        GraphicAnnotationSequence=of_display,
    )
    bound = laid(tmp_path / "pr.dcm", tmp_path / "ct")
    (figure,) = next(iter(bound.drawn.values()))
    assert isinstance(figure, Figure)
    x, y = figure.points[0]
    seen = np.zeros((ROWS, COLUMNS), int)
    seen[int(y), int(x)] = 1
    seen = np.rot90(seen, -rotation // 90)
    seen = seen[:, ::-1] if flip == "Y" else seen
    assert seen[: max(1, round(seen.shape[0] * 0.05)), : max(1, round(seen.shape[1] * 0.05))].sum() == 1


def test_area_shutter_and_inversion_are_read(images: list[Dataset], tmp_path: Path) -> None:
    area = item(
        DisplayedAreaTopLeftHandCorner=[5, 7],
        DisplayedAreaBottomRightHandCorner=[20, 30],
        PresentationSizeMode="SCALE TO FIT",
    )
    gsps(
        images,
        tmp_path / "pr.dcm",
        DisplayedAreaSelectionSequence=[area],
        PresentationLUTShape="INVERSE",
        ShutterShape=["RECTANGULAR", "CIRCULAR"],
        ShutterLeftVerticalEdge=3,
        ShutterRightVerticalEdge=40,
        ShutterUpperHorizontalEdge=4,
        ShutterLowerHorizontalEdge=30,
        CenterOfCircularShutter=[20, 25],
        RadiusOfCircularShutter=15,
        ShutterPresentationValue=0,
    )
    look = reading.read(tmp_path / "pr.dcm").looks[0]
    assert look.area == (4, 6, 20, 30)
    assert look.inverted is True
    assert look.shutter is not None
    assert look.shutter.box == (2, 3, 40, 30)
    assert look.shutter.circle == (24.5, 19.5, 15)


def test_what_is_not_shown_of_a_state_is_said(images: list[Dataset], tmp_path: Path) -> None:
    table = item(LUTDescriptor=[2, 0, 16], ModalityLUTType="US", LUTData=b"\0\0\1\0")
    gsps(images, tmp_path / "pr.dcm", ModalityLUTSequence=[table], ShutterShape="BITMAP")
    notes = reading.read(tmp_path / "pr.dcm").notes
    assert "it asks for a Modality LUT of its own; that is not shown here" in notes
    assert "it asks for a shutter from a bitmap; that is not shown here" in notes


def test_references_without_a_uid_are_counted(images: list[Dataset], tmp_path: Path) -> None:
    gsps(images, tmp_path / "pr.dcm")
    dataset = pydicom.dcmread(tmp_path / "pr.dcm")
    dataset.ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID = ""
    dataset.save_as(tmp_path / "pr.dcm")
    found = reading.read(tmp_path / "pr.dcm")
    assert "1 of the pictures that it names have no UID" in found.notes
    assert len(found.references) == 9


def test_a_drawing_of_no_known_kind_costs_itself_alone(images: list[Dataset], tmp_path: Path) -> None:
    gsps(images, tmp_path / "pr.dcm")
    dataset = pydicom.dcmread(tmp_path / "pr.dcm")
    dataset.GraphicAnnotationSequence[0].GraphicObjectSequence[0].GraphicType = "CLOUD"
    dataset.save_as(tmp_path / "pr.dcm")
    found = reading.read(tmp_path / "pr.dcm")
    assert len(found.figures) == 1
    assert "1 of its drawings are of no known kind, or too many; not shown" in found.notes


def test_one_uid_on_two_files_is_shown_on_neither(images: list[Dataset], tmp_path: Path) -> None:
    gsps(images[:1] * 1 + images[1:], tmp_path / "pr.dcm")
    second = pydicom.dcmread(tmp_path / "ct" / "01.dcm")
    second.SOPInstanceUID = images[0].SOPInstanceUID
    second.save_as(tmp_path / "ct" / "01.dcm")
    bound = laid(tmp_path / "pr.dcm", tmp_path / "ct")
    names = {key.object.place.rsplit("/", 1)[-1] for key in bound.looks}
    assert not names & {"00.dcm", "01.dcm"}
    assert any("may be several" in note for note in bound.notes)


def test_the_same_uids_in_another_study_are_not_taken(images: list[Dataset], tmp_path: Path) -> None:
    gsps(images, tmp_path / "pr.dcm")
    for path in (tmp_path / "ct").iterdir():
        resaved(path, StudyInstanceUID="1.2.88")
    assert not laid(tmp_path / "pr.dcm", tmp_path / "ct").shown
