"""Header: what a file says of itself without its pixels being decoded."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from lungview.image.readers.data_set.elements import Likeness
from lungview.image.readers.data_set.geometry import (
    CALIBRATION,
    SPACINGS,
    FrameGroups,
    at_its_offset,
    functional_groups,
    geometry,
    size_commas,
    spacing,
    thickness,
)
from lungview.image.readers.data_set.traits import SHARED_KEYWORDS, TRAIT_TAGS, common_traits, traits_of
from lungview.image.readers.data_set.values import integer, items, modality, text, unsaid_modality
from lungview.image.readers.source import Source
from lungview.image.slice import Instance, Patient, Spacing, Study
from lungview.image.values.same_person import person_code


@dataclass(frozen=True, slots=True)
class Header:
    """One file: its instances (one a frame) and what they share.

    format: "DICOM", "PNG", "JPEG", "TIFF" or "BMP". transfer_syntax, photometric: "" for raster files.
    thickness: mm (0018,0050). image_type: (0008,0008). frame_of_reference_uid: (0020,0052).
    warnings: sentences about the header; those about pixels come with the Slice.
    """

    instances: tuple[Instance, ...]
    format: str
    transfer_syntax: str = ""
    photometric: str = ""
    patient: Patient = field(default_factory=Patient, repr=False)
    study: Study = field(default_factory=Study, repr=False)
    series_description: str = field(default="", repr=False)
    series_number: int | None = None
    body_part: str = ""
    spacing: Spacing | None = None
    thickness: float | None = None
    image_type: tuple[str, ...] = ()
    frame_of_reference_uid: str = ""
    warnings: tuple[str, ...] = ()

    def of(self, instances: tuple[Instance, ...], warnings: tuple[str, ...]) -> Header:
        """The same of other instances, field by field: `replace` takes five times as long."""
        return Header(
            instances,
            self.format,
            self.transfer_syntax,
            self.photometric,
            self.patient,
            self.study,
            self.series_description,
            self.series_number,
            self.body_part,
            self.spacing,
            self.thickness,
            self.image_type,
            self.frame_of_reference_uid,
            warnings,
        )


# What `dicom_header` reads: a scan of many files may skip every other element.
TAGS = [
    *(0x00080005, 0x00080008, 0x00080016, 0x00080018, 0x00080020, 0x00080030, 0x00080050, 0x00080060),
    *(
        0x00080080,
        0x00081030,
        0x0008103E,
        0x00100010,
        0x00100020,
        0x00100021,
        0x00100024,
        0x00100030,
        0x00100040,
    ),
    0x00101010,
    *(
        0x00180015,
        0x00180050,
        0x00181164,
        0x00182010,
        0x0020000D,
        0x0020000E,
        0x00200011,
        0x00200013,
        0x00200032,
    ),
    *(0x00200037, 0x00200052, 0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011),
    *(0x00280030, 0x00280100, 0x00280101, 0x00280103, 0x00280A02, 0x52009229, 0x52009230),
    0x3004000C,
    0x7FE00001,
    *TRAIT_TAGS,
]


# What a Header and its Instances take from the file but for the instance's own number, UID and place.
SAID_OF_SERIES = Likeness(
    *("SOPClassUID", "SeriesInstanceUID", "Modality", "Rows", "Columns", "PhotometricInterpretation"),
    *("SeriesDescription", "SeriesNumber", "BodyPartExamined", "ImageType", "FrameOfReferenceUID"),
    *(*SPACINGS, CALIBRATION, "SliceThickness"),
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "PatientAge"),
    *("IssuerOfPatientID", "IssuerOfPatientIDQualifiersSequence"),
    *("StudyInstanceUID", "StudyDescription", "StudyDate", "StudyTime", "AccessionNumber"),
    *("InstitutionName", *SHARED_KEYWORDS),
)


def dicom_header(dataset: Dataset, source: Source, frames: int, found: tuple[str, ...] = ()) -> Header:
    """The Header of a parsed DICOM data set of so many frames. found: warnings so far."""
    functional = functional_groups(dataset)
    first = functional.of(0)
    about = SAID_OF_SERIES.of(_about, dataset, source, first.items)
    warnings: tuple[str, ...] = found
    instances = []
    for frame in range(frames):
        groups = functional.of(frame) if frame else first
        instance, wrong = instance_of(groups, source, frame, about.instances[0])
        warnings = (*warnings, *(w for w in wrong if w not in warnings))
        instances.append(instance)
    return about.of(tuple(instances), (*warnings, *about.warnings))


def _about(dataset: Dataset, source: Source, items: tuple[Dataset, ...]) -> Header:
    """The Header, with what its instances have in common for the only one."""
    groups = FrameGroups(items, dataset)
    pixel_spacing, wrong = spacing(groups)
    return Header(
        instances=(common_instance(dataset, source, items),),
        format="DICOM",
        transfer_syntax=str(dataset.file_meta.TransferSyntaxUID),
        photometric=text(dataset, "PhotometricInterpretation"),
        patient=patient(dataset),
        study=study(dataset),
        series_description=text(dataset, "SeriesDescription"),
        series_number=integer(dataset, "SeriesNumber"),
        body_part=text(dataset, "BodyPartExamined").upper(),
        spacing=pixel_spacing,
        thickness=thickness(groups),
        image_type=tuple(kind.strip() for kind in text(dataset, "ImageType").split("\\")),
        frame_of_reference_uid=text(dataset, "FrameOfReferenceUID"),
        warnings=(*wrong, *size_commas(groups), *unsaid_modality(dataset)),
    )


def instance_of(
    groups: FrameGroups, source: Source, frame: int, common: Instance
) -> tuple[Instance, tuple[str, ...]]:
    """The Instance of one frame, and what is wrong with its place. common: see `common_instance`."""
    place, wrong = geometry(groups, source)
    dataset = groups.plain
    if place is not None and frame and not groups.items:
        place = at_its_offset(place, dataset, frame)
    instance = Instance(  # field by field: `replace` takes five times as long
        path=source.path,
        frame=frame,
        sop_instance_uid=common.sop_instance_uid or text(dataset, "SOPInstanceUID"),
        sop_class_uid=common.sop_class_uid,
        series_instance_uid=common.series_instance_uid,
        modality=common.modality,
        instance_number=common.instance_number if groups.items else integer(dataset, "InstanceNumber"),
        geometry=place,
        rows=common.rows,
        columns=common.columns,
        member=source.member,
        version=source.version,
        person=common.person,
        traits=traits_of(groups, common.traits),
    )
    return instance, wrong


def common_instance(dataset: Dataset, source: Source, items: tuple[Dataset, ...]) -> Instance:
    """What the instances of a file, and of many files of its series, have in common (SAID_OF_SERIES).

    items: the functional groups of a frame; of a file that has some, the instances share UID and number too.
    """
    return Instance(
        path=source.path,
        sop_instance_uid=text(dataset, "SOPInstanceUID") if items else "",
        instance_number=integer(dataset, "InstanceNumber") if items else None,
        sop_class_uid=text(dataset, "SOPClassUID"),
        series_instance_uid=text(dataset, "SeriesInstanceUID"),
        modality=modality(dataset),
        rows=integer(dataset, "Rows") or 0,
        columns=integer(dataset, "Columns") or 0,
        person=person_code(patient(dataset)),
        traits=common_traits(dataset, items),
    )


def picture_instance(source: Source, size: tuple[int, int], frame: int = 0) -> Instance:
    """The Instance of a picture that is no DICOM file. size: rows and columns."""
    return Instance(
        source.path, frame, rows=size[0], columns=size[1], member=source.member, version=source.version
    )


def patient(dataset: Dataset) -> Patient:
    """Patient lines as stored; a name keeps its carets."""
    return Patient(
        name=text(dataset, "PatientName"),
        patient_id=text(dataset, "PatientID"),
        birth_date=text(dataset, "PatientBirthDate"),
        sex=text(dataset, "PatientSex"),
        age=text(dataset, "PatientAge"),
        id_issuer=text(dataset, "IssuerOfPatientID") or _universal_issuer(dataset),
    )


def _universal_issuer(dataset: Dataset) -> str:
    """Who issued the Patient ID where a sequence alone says it, (0010,0024) (PS3.3 C.7.1.1)."""
    said = items(dataset, "IssuerOfPatientIDQualifiersSequence")[:1]
    return next(filter(None, (text(each, "UniversalEntityID") for each in said)), "")


def study(dataset: Dataset) -> Study:
    """Study and equipment lines."""
    return Study(
        study_instance_uid=text(dataset, "StudyInstanceUID"),
        description=text(dataset, "StudyDescription"),
        date=text(dataset, "StudyDate"),
        time=text(dataset, "StudyTime"),
        accession_number=text(dataset, "AccessionNumber"),
        institution=text(dataset, "InstitutionName"),
    )
