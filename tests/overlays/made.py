"""A small CT, and what other programs' libraries lay over it: SEG, RTSTRUCT, GSPS, SR."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import highdicom
import numpy as np
import pydicom
from highdicom.sr import CodedConcept
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from lungview.overlays import binding, reading
from lungview.overlays.binding import Bound
from lungview.sources.files.scan import scan
from lungview.study.series import Series

ROWS, COLUMNS, SLICES = 48, 64, 10
SPACING, GAP = 0.75, 2.0
ORIGIN = (-20.0, -15.0, 100.0)
NODULE = CodedConcept("27925004", "SCT", "Nodule")


def ct(folder: Path, *, patient: str = "17", study: str = "1.2.3", frame: str = "1.2.3.9") -> list[Dataset]:
    """An axial series of 10 slices of 48 × 64 pixels of 0.75 mm, 2 mm apart, stored values 0 to 1023."""
    folder.mkdir(parents=True, exist_ok=True)
    series = generate_uid()
    made = []
    for k in range(SLICES):
        dataset = _slice(k, patient, study, series, frame)
        dataset.save_as(folder / f"{k:02}.dcm", enforce_file_format=True)
        made.append(dataset)
    return made


def _slice(k: int, patient: str, study: str, series: str, frame: str) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", generate_uid()
    dataset.PatientName, dataset.PatientID = "ADAMS^ANN", patient
    dataset.PatientBirthDate, dataset.PatientSex = "19600101", "F"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = study, series, frame
    dataset.StudyDate, dataset.StudyTime, dataset.StudyID, dataset.AccessionNumber = (
        "20240102",
        "101112",
        "1",
        "",
    )
    dataset.ReferringPhysicianName, dataset.Modality, dataset.Manufacturer = "", "CT", "Maker"
    dataset.SeriesNumber, dataset.InstanceNumber, dataset.PositionReferenceIndicator = 1, k + 1, ""
    dataset.ImageType, dataset.SliceThickness = ["ORIGINAL", "PRIMARY", "AXIAL"], GAP
    dataset.ImagePositionPatient = [ORIGIN[0], ORIGIN[1], ORIGIN[2] + k * GAP]
    dataset.ImageOrientationPatient, dataset.PixelSpacing = [1, 0, 0, 0, 1, 0], [SPACING, SPACING]
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = ROWS, COLUMNS, 1
    dataset.PhotometricInterpretation, dataset.PixelRepresentation = "MONOCHROME2", 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = 1, -1024, "HU"
    pixels = (np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) + k) % 1024
    dataset.PixelData = pixels.astype("<u2").tobytes()
    return dataset


def series_in(*folders: Path) -> tuple[Series, ...]:
    """What a scan of folders lists."""
    return scan(folders).series


def laid(path: Path, *folders: Path) -> Bound:
    """An object on what the folders hold."""
    return binding.bind(reading.read(path), series_in(*folders))


def seg(
    images: Sequence[Dataset],
    mask: np.ndarray,
    path: Path,
    kind: str = "BINARY",
    names: Sequence[str] = ("Nodule",),
    syntax: str = ExplicitVRLittleEndian,
    algorithm: str = "MANUAL",
) -> Dataset:
    """A Segmentation by highdicom. mask: (slices, rows, columns[, segments])."""
    identification = highdicom.AlgorithmIdentificationSequence(
        "Finder", codes.DCM.ArtificialIntelligence, "1"
    )
    made = highdicom.seg.Segmentation(
        source_images=list(images),
        pixel_array=mask,
        segmentation_type=kind,
        segment_descriptions=[
            highdicom.seg.SegmentDescription(
                k,
                name,
                codes.SCT.MorphologicallyAbnormalStructure,
                NODULE,
                algorithm,
                algorithm_identification=identification if algorithm != "MANUAL" else None,
                display_color=highdicom.color.CIELabColor(53.24, 80.09, 67.2) if k == 1 else None,  # sRGB red
            )
            for k, name in enumerate(names, 1)
        ],
        series_instance_uid=generate_uid(),
        series_number=9,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="Other",
        manufacturer_model_name="Other",
        software_versions="1",
        device_serial_number="1",
        transfer_syntax_uid=syntax,
        series_description="Outlines of another program",
    )
    made.save_as(path)
    return made


def derived(images: Sequence[Dataset], sop_class: str, modality: str) -> Dataset:
    """An object of the same patient and study, without anything in it."""
    first, dataset = images[0], Dataset()
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID"):
        dataset[keyword] = first[keyword]
    for keyword in ("StudyDate", "StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName"):
        dataset[keyword] = first[keyword]
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, generate_uid()
    dataset.SeriesInstanceUID, dataset.SeriesNumber, dataset.InstanceNumber = generate_uid(), 8, 1
    dataset.Modality, dataset.Manufacturer = modality, "Other"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset


def item(**values: object) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def image_item(image: Dataset) -> Dataset:
    return item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID)


def rtstruct(
    images: Sequence[Dataset], contours: Sequence[np.ndarray], path: Path, kind: str = "CLOSED_PLANAR"
) -> Dataset:
    """One region, "GTV", red, with contours of (n, 3) mm."""
    made = derived(images, "1.2.840.10008.5.1.4.1.1.481.3", "RTSTRUCT")
    frame = images[0].FrameOfReferenceUID
    made.StructureSetLabel, made.StructureSetDate, made.StructureSetTime = "Plan", "20240103", "101112"
    series = item(
        SeriesInstanceUID=images[0].SeriesInstanceUID,
        ContourImageSequence=[image_item(image) for image in images],
    )
    study = item(
        ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.1",
        ReferencedSOPInstanceUID=images[0].StudyInstanceUID,
        RTReferencedSeriesSequence=[series],
    )
    made.ReferencedFrameOfReferenceSequence = [
        item(FrameOfReferenceUID=frame, RTReferencedStudySequence=[study])
    ]
    made.StructureSetROISequence = [
        item(ROINumber=7, ReferencedFrameOfReferenceUID=frame, ROIName="GTV", ROIGenerationAlgorithm="MANUAL")
    ]
    drawn = [
        item(
            ContourGeometricType=kind,
            NumberOfContourPoints=len(points),
            ContourData=[f"{v:.4f}" for v in points.ravel()],
        )
        for points in contours
    ]
    made.ROIContourSequence = [
        item(ReferencedROINumber=7, ROIDisplayColor=[255, 0, 0], ContourSequence=drawn)
    ]
    made.RTROIObservationsSequence = [
        item(ObservationNumber=1, ReferencedROINumber=7, RTROIInterpretedType="GTV", ROIInterpreter="")
    ]
    made.save_as(path, enforce_file_format=True)
    return made


def gsps(images: Sequence[Dataset], path: Path, **changes: object) -> Dataset:
    """A presentation state by highdicom: of the first half of the pictures a window, a line, a text."""
    half = list(images[: len(images) // 2])
    graphic = highdicom.pr.GraphicObject("POLYLINE", np.array([(2.0, 3.0), (12.0, 3.0)]), units="PIXEL")
    words = highdicom.pr.TextObject("look here", "PIXEL", anchor_point=(5.0, 6.0), anchor_point_visible=True)
    layer = highdicom.pr.GraphicLayer(
        "MARKS", 1, display_color=highdicom.color.CIELabColor(53.24, 80.09, 67.2)
    )
    made = highdicom.pr.GrayscaleSoftcopyPresentationState(
        referenced_images=list(images),
        series_instance_uid=generate_uid(),
        series_number=7,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="Other",
        manufacturer_model_name="Other",
        software_versions="1",
        device_serial_number="1",
        content_label="LUNG",
        content_description="As the other reader saw it",
        graphic_layers=[layer],
        graphic_annotations=[
            highdicom.pr.GraphicAnnotation(half, layer, graphic_objects=[graphic], text_objects=[words])
        ],
        voi_lut_transformations=[
            highdicom.pr.SoftcopyVOILUTTransformation(
                -600.0, 1500.0, referenced_images=highdicom.pr.content.ReferencedImageSequence(half)
            )
        ],
    )
    for keyword, value in changes.items():
        setattr(made, keyword, value)
    made.save_as(path)
    return made


def sr(images: Sequence[Dataset], path: Path) -> Dataset:
    """A TID 1500 report by highdicom: a length on slice 3, an ellipse's area on slice 4."""
    observer = highdicom.sr.ObserverContext(
        codes.DCM.Person, highdicom.sr.PersonObserverIdentifyingAttributes(name="Other^Reader")
    )
    made = highdicom.sr.ComprehensiveSR(
        evidence=list(images),
        content=highdicom.sr.MeasurementReport(
            observation_context=highdicom.sr.ObservationContext(observer),
            procedure_reported=CodedConcept("169069000", "SCT", "Computed tomography of chest"),
            imaging_measurements=[_longest(images[3]), _round(images[4])],
            title=codes.DCM.ImagingMeasurementReport,
        ),
        series_instance_uid=generate_uid(),
        series_number=6,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="Other",
        is_complete=True,
        is_verified=False,
        is_final=False,
        performed_procedure_codes=None,
    )
    made.ContentDate = "20240103"
    made.save_as(path)
    return made


def _longest(image: Dataset) -> Dataset:
    of = highdicom.sr.SourceImageForRegion(image.SOPClassUID, image.SOPInstanceUID)
    line = highdicom.sr.CoordinatesForMeasurement("POLYLINE", np.array([(10.0, 10.0), (30.0, 10.0)]), of)
    long = highdicom.sr.Measurement(
        codes.SCT.Length, 15.0, codes.UCUM.Millimeter, referenced_coordinates=[line]
    )
    tracked = highdicom.sr.TrackingIdentifier(generate_uid(), "Longest")
    return highdicom.sr.MeasurementsAndQualitativeEvaluations(tracked, measurements=[long])


def _round(image: Dataset) -> Dataset:
    on = highdicom.sr.SourceImageForRegion(image.SOPClassUID, image.SOPInstanceUID)
    ends = np.array([(10.0, 20.0), (30.0, 20.0), (20.0, 15.0), (20.0, 25.0)])
    return highdicom.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        highdicom.sr.TrackingIdentifier(generate_uid(), "Round"),
        referenced_region=highdicom.sr.ImageRegion("ELLIPSE", ends, on),
        measurements=[highdicom.sr.Measurement(codes.SCT.Area, 88.4, codes.UCUM.SquareMillimeter)],
    )


def kos(images: Sequence[Dataset], path: Path, chosen: Sequence[int], said: str | None = None) -> Dataset:
    """A Key Object Selection by highdicom "For Referring Provider", of some of the pictures."""
    made = highdicom.ko.KeyObjectSelectionDocument(
        evidence=[images[k] for k in chosen],
        content=highdicom.ko.KeyObjectSelection(
            document_title=codes.DCM.ForReferringProvider,
            referenced_objects=[images[k] for k in chosen],
            description=said,
        ),
        series_instance_uid=generate_uid(),
        series_number=5,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="Other",
    )
    made.save_as(path)
    return made


def resaved(path: Path, **changes: object) -> Path:
    """The file with other values."""
    dataset = pydicom.dcmread(path)
    for keyword, value in changes.items():
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)
    dataset.save_as(path)
    return path
