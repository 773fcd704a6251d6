"""The view as a Grayscale Softcopy Presentation State: window, turns, marks as graphics (PS3.3 A.33.1)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, GrayscaleSoftcopyPresentationStateStorage

from lungview.errors import ReportError
from lungview.image.window import VoiLutFunction, Window
from lungview.overlays.rescale import own_rescale
from lungview.report.content import CaseContent
from lungview.report.dicom.findings import Headers
from lungview.report.dicom.header import SourceHeader, source_header
from lungview.report.dicom.marked.graphics import graphic_annotations, layer
from lungview.report.dicom.marked.sources import Marked, image_item, with_sources
from lungview.report.dicom.source import (
    NewObject,
    copy_patient_and_study,
    describe,
    in_one_sentence,
    now,
    save,
)

Sources = list[tuple[SourceHeader, int]]  # with the frame that is meant, from 1


def write_gsps(content: CaseContent, path: Path) -> tuple[str, ...]:
    """Write the presentation state; sentences that name what was not carried over from the source.

    The window and the turns of the slice on screen, what the reader drew on it and on the key images; no
    model's answer. Raises ReportError: no grey DICOM image that can be referred to, not writable.
    """
    label = content.slice.instance.path
    source = source_header(content.slice.instance)
    if not source.is_image:
        said = "the source is no image with a SOP Class and Instance UID; a presentation state needs one"
        raise ReportError(said, label, "choose PDF")
    if content.slice.colour:
        said = "a presentation state of this kind is for grey pictures; this one has colour"
        raise ReportError(said, label)
    marked, notes = with_sources(content, Headers.of_content(source, content))
    with in_one_sentence("Presentation State", label):
        save(_document(content, source, marked), path)
    return (*source.notes, *notes)


def _document(content: CaseContent, source: SourceHeader, marked: Marked) -> Dataset:
    new = NewObject.of("pr", "LungView presentation")
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    copy_patient_and_study(source.dataset, made)
    made.SOPClassUID, made.SOPInstanceUID = GrayscaleSoftcopyPresentationStateStorage, new.sop_instance_uid
    made.Modality, made.SeriesInstanceUID = "PR", new.series_instance_uid
    made.SeriesNumber, made.InstanceNumber = new.series_number, 1
    describe(made, new)
    now(made, content=False)
    made.PresentationCreationDate = made.InstanceCreationDate
    made.PresentationCreationTime = made.InstanceCreationTime
    made.ContentLabel, made.ContentDescription = "LUNGVIEW", "View with marks"
    made.ContentCreatorName = ""
    own = (source, content.slice.instance.frame + 1)
    others = [(header, each.instance.frame + 1) for each, header in marked]
    sources = _each_once([own, *others])
    made.ReferencedSeriesSequence = _series(sources)
    _say_values(made, content, sources)
    _say_turns(made, content)
    made.DisplayedAreaSelectionSequence = [_area(content, of) for of in _by_size(sources)]
    if graphics := graphic_annotations(marked):
        made.GraphicLayerSequence, made.GraphicAnnotationSequence = [layer()], graphics
    return made


def _each_once(sources: Iterable[tuple[SourceHeader, int]]) -> Sources:
    found = {(str(header.dataset.SOPInstanceUID), frame): (header, frame) for header, frame in sources}
    return list(found.values())


def _series(sources: Sources) -> list[Dataset]:
    found: dict[str, Dataset] = {}
    for header, frame in sources:
        uid = _series_of(header)
        if uid not in found:
            found[uid] = Dataset()
            found[uid].SeriesInstanceUID, found[uid].ReferencedImageSequence = uid, []
        found[uid].ReferencedImageSequence.append(image_item(header, frame))
    return list(found.values())


def _say_values(made: Dataset, content: CaseContent, sources: Sources) -> None:
    """From stored values to grey: the source's rescale, the window on screen, which end is dark (C.11).

    The window is the reader's for the series on screen.
    """
    slope, intercept = own_rescale(content.slice.instance)
    made.RescaleSlope, made.RescaleIntercept = f"{slope:.10g}", f"{intercept:.10g}"
    made.RescaleType = content.slice.unit if content.slice.unit == "HU" else "US"
    window = _voi(content.window)
    of_series = [each for each in sources if _series_of(each[0]) == _series_of(sources[0][0])]
    if len(of_series) < len(sources):
        window.ReferencedImageSequence = [image_item(*each) for each in of_series]
    made.SoftcopyVOILUTSequence = [window]
    dark = content.view.inverted != content.slice.inverted
    made.PresentationLUTShape = "INVERSE" if dark else "IDENTITY"


def _series_of(source: SourceHeader) -> str:
    return str(source.dataset.SeriesInstanceUID)


def _voi(window: Window) -> Dataset:
    made = Dataset()
    if window.lut is not None:
        table = Dataset()
        table.LUTDescriptor = [len(window.lut.table) % 65536, window.lut.first, window.lut.bits]
        table.add_new("LUTData", "OW", window.lut.table.astype("<u2").tobytes())
        table["LUTDescriptor"].VR = "SS" if window.lut.first < 0 else "US"
        made.VOILUTSequence = [table]
        return made
    made.WindowCenter, made.WindowWidth = f"{window.center:.10g}", f"{window.width:.10g}"
    if window.function is not VoiLutFunction.LINEAR:
        made.VOILUTFunction = str(window.function)
    return made


def _say_turns(made: Dataset, content: CaseContent) -> None:
    """Rotation before the flip, from mirroring before rotation (C.10.6)."""
    view = content.view
    degrees = -view.rotation % 360 if view.mirrored else view.rotation
    if degrees or view.mirrored:
        made.ImageRotation, made.ImageHorizontalFlip = degrees, "Y" if view.mirrored else "N"


def _by_size(sources: Sources) -> list[Sources]:
    found: dict[tuple[int, int], Sources] = {}
    for header, frame in sources:
        found.setdefault((header.dataset.Rows, header.dataset.Columns), []).append((header, frame))
    return list(found.values())


def _area(content: CaseContent, of: Sources) -> Dataset:
    """The whole of pictures of one size; its corners as they are seen once turned (C.10.4)."""
    rows, columns = of[0][0].dataset.Rows, of[0][0].dataset.Columns
    first, last = _corners(rows, columns, content.view.rotation, content.view.mirrored)
    made = Dataset()
    made.ReferencedImageSequence = [image_item(*each) for each in of]
    made.DisplayedAreaTopLeftHandCorner, made.DisplayedAreaBottomRightHandCorner = first, last
    made.PresentationSizeMode = "SCALE TO FIT"
    spacing = content.slice.spacing
    if spacing is not None:
        made.PresentationPixelSpacing = [f"{spacing.row:.10g}", f"{spacing.column:.10g}"]
    else:
        made.PresentationPixelAspectRatio = [round(content.slice.aspect * 1000), 1000]
    return made


def _corners(rows: int, columns: int, rotation: int, mirrored: bool) -> tuple[list[int], list[int]]:
    """Column and row, from 1, of the pixels seen upper left and lower right."""
    # Clockwise from the upper left; mirrored they run the other way. A quarter turn brings the one before.
    around = [[1, 1], [columns, 1], [columns, rows], [1, rows]]
    if mirrored:
        around = [around[1], around[0], around[3], around[2]]
    quarter = rotation // 90
    return around[-quarter % 4], around[(2 - quarter) % 4]
