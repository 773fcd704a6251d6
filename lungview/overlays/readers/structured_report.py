"""Measurements of a Structured Report (PS3.16 TID 1500 and its like): a part for each group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from pydicom.dataset import Dataset

from lungview.errors import DamagedFile
from lungview.image.readers.data_set.container import Container
from lungview.image.readers.data_set.values import items, numbers, text
from lungview.image.readers.source import Source
from lungview.overlays.readers import objects
from lungview.overlays.readers.graphics import points_of
from lungview.overlays.values import Contour, Figure, Flat, Kind, Overlay, Part, Reference, Shape

CLASSES = tuple(f"1.2.840.10008.5.1.4.1.1.88.{n}" for n in (22, 33, 34, 35, 50, 65))
MOST_ITEMS, DEEPEST, MOST_LINES, MOST_WORDS = 100_000, 24, 12, 40
_GROUP = ("125007", "DCM")
_TRACKING, _TRACKING_UID = ("112039", "DCM"), ("112040", "DCM")
_PROGRAMS = (("111001", "DCM"), ("111003", "DCM"))  # the name and the version of an algorithm
_SHAPES = {
    "POINT": Shape.POINTS,
    "MULTIPOINT": Shape.POINTS,
    "POLYLINE": Shape.LINE,
    "POLYGON": Shape.CLOSED,
    "CIRCLE": Shape.CIRCLE,
    "ELLIPSE": Shape.ELLIPSE,
}
_COUNTS = {"POINT": (1, 1), "CIRCLE": (2, 2), "ELLIPSE": (4, 4)}


@dataclass(slots=True)
class _Found:
    """What one group says, while it is gathered."""

    name: str = ""
    words: list[str] = field(default_factory=list)
    program: bool = False
    figures: list[tuple[Shape, np.ndarray, tuple[Reference, ...]]] = field(default_factory=list)
    lines: list[tuple[Shape, np.ndarray, str]] = field(default_factory=list)
    images: list[Reference] = field(default_factory=list)


@dataclass(slots=True)
class _Walk:
    """One pass through a document. check: raises to end it."""

    study: str
    series: dict[str, tuple[str, str]]  # of the evidence: by instance, its study and series
    check: Callable[[], None]
    groups: list[_Found] = field(default_factory=list)
    seen: int = 0

    def go(self, node: Dataset, group: _Found | None, depth: int) -> None:
        self.seen += 1
        self.check()
        if depth > DEEPEST or self.seen > MOST_ITEMS:
            raise DamagedFile(
                f"the report has more than {MOST_ITEMS:,} items, or more than {DEEPEST} in each other"
            )
        kind = text(node, "ValueType")
        is_group = kind == "CONTAINER" and objects.code_of(node, "ConceptNameCodeSequence") == _GROUP
        alone = group is None and kind == "NUM" and any(_places(node))
        if is_group or alone:
            group = _Found()
            self.groups.append(group)
        if group is not None:
            self._take(node, kind, group)
        for child in items(node, "ContentSequence"):
            self.go(child, group, depth + 1)

    def _take(self, node: Dataset, kind: str, group: _Found) -> None:
        if kind == "NUM":
            group.words.append(_number(node))
        elif kind in ("TEXT", "UIDREF", "CODE"):
            _say(node, group)
        elif kind == "SCOORD":
            _flat(node, group, tuple(self._images(node)))
        elif kind == "SCOORD3D":
            _in_patient(node, group)
        elif kind == "IMAGE":
            group.images += self._named(node)

    def _images(self, node: Dataset) -> Iterator[Reference]:
        """The pictures that coordinates were selected from."""
        for child in items(node, "ContentSequence"):
            if text(child, "ValueType") == "IMAGE":
                yield from self._named(child)

    def _named(self, node: Dataset) -> Iterator[Reference]:
        for each in objects.instances(node, "ReferencedSOPSequence", self.study):
            study, series = self.series.get(each.instance, (each.study, ""))
            yield each._replace(study=study, series=series)


def read(container: Container, source: Source, about: Overlay, check: Callable[[], None]) -> Overlay:
    """The groups of measurements. Raises DamagedFile for a tree without end."""
    del source
    dataset = container.dataset
    evidence = objects.evidence(dataset)
    walk = _Walk(about.study, evidence, check)
    for node in items(dataset, "ContentSequence"):
        walk.go(node, None, 1)
    parts = tuple(_part(place, group) for place, group in enumerate(walk.groups))
    figures = tuple(flat for place, group in enumerate(walk.groups) for flat in _figures(place, group))
    contours = tuple(
        Contour(place, points, shape is Shape.CLOSED, frame)
        for place, group in enumerate(walk.groups)
        for shape, points, frame in group.lines
    )
    named = objects.each_once(reference for group in walk.groups for reference in _pictures(group))
    notes = () if parts else ("it holds no measurements that lie on pictures",)
    return Overlay(
        Kind.MEASUREMENTS,
        about.name,
        about.place,
        about.patient,
        about.study,
        parts,
        contours=contours,
        figures=figures,
        references=named,
        notes=notes,
    )


def _pictures(group: _Found) -> Iterator[Reference]:
    yield from group.images
    for *_, of in group.figures:
        yield from of


def _part(place: int, group: _Found) -> Part:
    words = tuple(objects.short(line) for line in group.words if line)[:MOST_WORDS]
    return Part(objects.short(group.name) or f"Measurement {place + 1}", None, words, group.program)


def _figures(part: int, group: _Found) -> Iterator[Flat]:
    """The drawings; the words stand beside the first, but of a program its name alone."""
    lines = (group.name, *group.words)[:MOST_LINES] if not group.program else (group.name,)
    said = tuple(objects.short(line) for line in lines if line)
    drawn: set[tuple[object, ...]] = set()
    for shape, points, of in group.figures:
        key = (shape, points.tobytes(), of)
        if key not in drawn and of:
            yield Flat(Figure(part, shape, points, lines=() if drawn else said), of)
            drawn.add(key)


def _places(node: Dataset) -> Iterator[bool]:
    for child in items(node, "ContentSequence"):
        yield text(child, "ValueType") in ("SCOORD", "SCOORD3D")


def _number(node: Dataset) -> str:
    """ "Mean of attenuation: −3.2 HU"."""
    for value in items(node, "MeasuredValueSequence"):
        what = objects.meaning(node, "ConceptNameCodeSequence")
        derived = _derivation(node)
        unit = text(next(iter(items(value, "MeasurementUnitsCodeSequence")), Dataset()), "CodeValue")
        number = text(value, "NumericValue").split("\\")[0]
        unit = "" if unit == "1" else unit.replace("mm2", "mm²").replace("mm3", "mm³")
        name = f"{what} ({derived})" if derived else what
        return f"{name}: {number.replace('-', '−')} {unit.strip('{}')}".rstrip()
    return ""


def _derivation(node: Dataset) -> str:
    for child in items(node, "ContentSequence"):
        if objects.code_of(child, "ConceptNameCodeSequence") == ("121401", "DCM"):
            return objects.meaning(child, "ConceptCodeSequence").lower()
    return ""


def _say(node: Dataset, group: _Found) -> None:
    """Names and evaluations; what modifies another item, as a derivation does, is said with that."""
    code = objects.code_of(node, "ConceptNameCodeSequence")
    if code in _PROGRAMS:
        group.program = True
    elif code == _TRACKING:
        group.name = group.name or objects.short(text(node, "TextValue"))
    elif code != _TRACKING_UID and text(node, "RelationshipType") == "CONTAINS":
        said = text(node, "TextValue") or objects.meaning(node, "ConceptCodeSequence")
        if said:
            group.words.append(f"{objects.meaning(node, 'ConceptNameCodeSequence')}: {said}")


def _flat(node: Dataset, group: _Found, of: tuple[Reference, ...]) -> None:
    kind, points = text(node, "GraphicType").upper(), points_of(node, "GraphicData")
    shape = _SHAPES.get(kind)
    least, most = _COUNTS.get(kind, (1 if shape is Shape.POINTS else 2, 100_000))
    if shape is None or points is None or not least <= len(points) <= most:
        return
    if shape is Shape.LINE and len(points) > 3 and np.array_equal(points[0], points[-1]):
        shape, points = Shape.CLOSED, points[:-1]
    group.figures.append((shape, points, of))


def _in_patient(node: Dataset, group: _Found) -> None:
    """Points, lines and polygons in the patient."""
    kind = text(node, "GraphicType").upper()
    values = _triples(node)
    frame = text(node, "ReferencedFrameOfReferenceUID")
    if not len(values) or not frame or kind not in ("POINT", "MULTIPOINT", "POLYLINE", "POLYGON"):
        return
    shape = Shape.CLOSED if kind == "POLYGON" else _SHAPES[kind]
    for points in values[:, None] if shape is Shape.POINTS else (values,):
        group.lines.append((shape, points, frame))


def _triples(node: Dataset) -> np.ndarray:
    values = np.array(numbers(node, "GraphicData"), np.float64)
    good = len(values) and len(values) % 3 == 0 and np.isfinite(values).all()
    return values.reshape(-1, 3) if good else np.empty((0, 3))
