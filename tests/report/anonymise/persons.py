"""Slices with a person in them, wherever a person may stand."""

from __future__ import annotations

from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

NAME, NUMBER, BORN, HOSPITAL = "Kowalska^Jadwiga", "PESEL44051401359", "19440514", "Szpital Miejski"


def named(path: Path, **values: object) -> Path:
    """A slice of the phantom with a person in it, nested, private and in a description."""
    dataset = dcmread(path)
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = NAME, NUMBER, BORN
    dataset.InstitutionName, dataset.StudyDate = HOSPITAL, "20210304"
    dataset.SeriesDescription = "Thorax Kowalska lung 1.0mm"
    inner = Dataset()
    inner.RequestingPhysician = "Nowak^Adam"
    inner.RequestedProcedureDescription = f"for {NAME}"
    dataset.RequestAttributesSequence = Sequence([inner])
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = (
        "1.2.840.10008.5.1.4.1.1.2",
        "1.2.3.4.5.6",
    )
    reference.add_new(0x00189999, "LO", "Jadwiga Kowalska")
    dataset.SourceImageSequence = Sequence([reference])
    block = dataset.private_block(0x0029, "ACME", create=True)
    block.add_new(1, "LO", NAME)
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)
    return path


def files(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
