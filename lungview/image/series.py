"""Series: headers grouped and put in slice order, with what is odd about their geometry said in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np

from lungview.image.readers import read_instance
from lungview.image.readers.header import Header
from lungview.image.series_geometry import Order, Vector, dot, in_order, natural, normal_of
from lungview.image.slice import Instance, Patient, Spacing, Study
from lungview.image.window import default_window, display


@dataclass(frozen=True, slots=True)
class Series:
    """Instances that belong together, in slice order.

    key: unique among the series of one scan; a series split by orientation has one UID and several keys.
    uid: Series Instance UID, "" for raster files, which a folder holds together.
    rows, columns: of the first instance. spacing: of its pixels. slice_spacing: median distance between
    neighbouring slices along the normal, mm, None when they have no positions.
    warnings: sentences about gaps, duplicates, irregular spacing, gantry tilt, mixed sizes, and the headers'.
    """

    key: str
    uid: str
    description: str = field(repr=False)
    modality: str
    instances: tuple[Instance, ...] = field(repr=False)
    rows: int
    columns: int
    spacing: Spacing | None = None
    slice_spacing: float | None = None
    warnings: tuple[str, ...] = ()
    patient: Patient = field(default_factory=Patient, repr=False)
    study: Study = field(default_factory=Study, repr=False)
    number: int | None = None  # (0020,0011)
    thickness: float | None = None  # mm (0018,0050)
    body_part: str = ""
    localizer: bool = False
    frame_of_reference_uid: str = field(default="", repr=False)


@dataclass(slots=True)
class _Group:
    """Headers of one series and one orientation, as they come in."""

    key: str
    normal: Vector | None
    row: Vector | None
    headers: list[Header] = field(default_factory=list)


class Grouping:
    """Puts headers into series while a scan goes on; not thread safe."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str, bool], list[_Group]] = {}

    def add(self, header: Header) -> str:
        """Take in one file; returns the key of the series that it belongs to (its first frame's)."""
        groups = self._groups.setdefault(_identity(header), [])
        normal, row = normal_of(header.instances[0].geometry)
        group = next((g for g in groups if _same_direction(g, normal, row)), None)
        if group is None:
            key = "/".join((*map(str, _identity(header)), str(len(groups))))
            group = _Group(key, normal, row)
            groups.append(group)
        group.headers.append(header)
        return group.key

    def series(self, key: str) -> Series:
        """The series of a key as it stands. Raises KeyError for a key that `add` never gave."""
        for group in self._all():
            if group.key == key:
                return _series(group)
        raise KeyError(key)

    def all_series(self) -> tuple[Series, ...]:
        """Every series, by study, then series number, then name."""
        return tuple(sorted((_series(g) for g in self._all()), key=_listing_order))

    def _all(self) -> Iterable[_Group]:
        return (group for groups in self._groups.values() for group in groups)


def group(headers: Iterable[Header]) -> tuple[Series, ...]:
    """The series that some headers make up."""
    grouping = Grouping()
    for header in headers:
        grouping.add(header)
    return grouping.all_series()


def thumbnail(series: Series, size: int = 96) -> np.ndarray:
    """The middle slice in its first window, (rows, columns) or (rows, columns, 3) uint8, longest side `size`.

    Pixels that are not square are shown in their true shape. Raises ReadError when the slice is not readable.
    """
    slice_ = read_instance(series.instances[len(series.instances) // 2])
    picture = display(slice_, default_window(slice_))
    tall, wide = slice_.rows * slice_.aspect, float(slice_.columns)
    scale = size / max(tall, wide)
    shape = max(round(wide * scale), 1), max(round(tall * scale), 1)
    return np.ascontiguousarray(cv2.resize(picture, shape, interpolation=cv2.INTER_AREA))


def _identity(header: Header) -> tuple[str, str, bool]:
    """What must agree within a series: its UID (or the folder), the modality, and being a localizer."""
    first = header.instances[0]
    place = str(first.path if first.member else first.path.parent)
    localizer = "LOCALIZER" in (kind.upper() for kind in header.image_type)
    return first.series_instance_uid or place, first.modality, localizer


def _same_direction(group_: _Group, normal: Vector | None, row: Vector | None) -> bool:
    if group_.normal is None or normal is None or group_.row is None or row is None:
        return group_.normal is None and normal is None
    # Within some 2.5 degrees: a stack that is turned on purpose is turned by more.
    return dot(group_.normal, normal) > 0.999 and dot(group_.row, row) > 0.999


def _series(group_: _Group) -> Series:
    headers = group_.headers
    head, first = headers[0], headers[0].instances[0]
    order = in_order([i for h in headers for i in h.instances])
    return Series(
        key=group_.key,
        uid=first.series_instance_uid,
        description=head.series_description or _place_name(first),
        modality=first.modality,
        instances=order.instances,
        rows=order.instances[0].rows,
        columns=order.instances[0].columns,
        spacing=head.spacing,
        slice_spacing=order.step,
        warnings=_warnings(headers, order),
        patient=head.patient,
        study=head.study,
        number=head.series_number,
        thickness=head.thickness,
        body_part=head.body_part,
        localizer="LOCALIZER" in (kind.upper() for kind in head.image_type),
        frame_of_reference_uid=head.frame_of_reference_uid,
    )


def _place_name(instance: Instance) -> str:
    """What a series without a description is called: its folder, or the zip that holds it."""
    if instance.series_instance_uid:
        return ""
    return instance.path.name if instance.member else instance.path.parent.name


def _warnings(headers: list[Header], order: Order) -> tuple[str, ...]:
    found = list(order.warnings)
    spacings = {(h.spacing.row, h.spacing.column) for h in headers if h.spacing}
    if len(spacings) > 1:
        found.append(f"{len(spacings)} different pixel spacings in one series")
    if len({h.patient.patient_id for h in headers}) > 1:
        found.append("the files of this series name different patients")
    for header in headers:
        found += [w for w in header.warnings if w not in found]
    return tuple(found)


def _file_order(instance: Instance) -> tuple[object, ...]:
    return natural(str(instance.path)), natural(instance.member), instance.frame


def _listing_order(series: Series) -> tuple[object, ...]:
    number = series.number if series.number is not None else 1 << 31
    return series.study.date, series.study.study_instance_uid, number, _file_order(series.instances[0])
