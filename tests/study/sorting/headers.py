"""Headers made by hand: one slice each, of one series unless said otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lungview.image.readers.header import Header
from lungview.image.slice import Geometry, Instance, Patient, Spacing, Study
from lungview.study.series import Series

Orientation = tuple[float, float, float, float, float, float]
AXIAL: Orientation = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL: Orientation = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
ANN = Patient("ADAMS^ANN", "17", "19600101", "F")


def header(
    name: str,
    z: float | None = 0.0,
    *,
    orientation: Orientation = AXIAL,
    series: str = "1.2.3",
    study: str = "1.2",
    sop: str = "",
    patient: Patient = ANN,
    modality: str = "CT",
    size: int = 64,
    folder: str = "/ct",
    **traits: str,
) -> Header:
    """One file at z mm; traits: as a reader finds them, `echo_time="4"` is the trait "echo time"."""
    instance = Instance(
        Path(folder) / name,
        sop_instance_uid=sop or name,
        series_instance_uid=series,
        modality=modality,
        geometry=None if z is None else Geometry((0.0, 0.0, z), orientation),
        rows=size,
        columns=size,
        traits=tuple((key.replace("_", " "), value) for key, value in traits.items()),
    )
    return Header(
        (instance,), "DICOM", patient=patient, study=Study(study), spacing=Spacing(1.0, 1.0, "PixelSpacing")
    )


def with_header(made: Header, **changes: object) -> Header:
    """The same file with other values in its header."""
    return replace(made, **changes)


def names(series: Series) -> list[str]:
    """File names in slice order."""
    return [instance.path.name for instance in series.instances]
