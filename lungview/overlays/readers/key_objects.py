"""Key Object Selection (PS3.3 A.35.4, PS3.16 TID 2010): the pictures that were chosen, and what for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydicom.dataset import Dataset

from lungview.errors import DamagedFile
from lungview.image.readers.data_set.container import Container
from lungview.image.readers.data_set.values import items, raw, text
from lungview.image.readers.source import Source
from lungview.overlays.readers import objects
from lungview.overlays.values import KeyImage, Overlay, Part, Reference

CLASSES = ("1.2.840.10008.5.1.4.1.1.88.59",)
MOST_ITEMS = 20_000
_DESCRIPTION, _MODIFIER = ("113012", "DCM"), ("113011", "DCM")


def title(dataset: Dataset) -> str:
    """What the pictures were chosen for, with what modifies it: "Rejected for Quality Reasons (Motion)"."""
    said = objects.meaning(dataset, "ConceptNameCodeSequence")
    more = [
        objects.meaning(node, "ConceptCodeSequence")
        for node in items(dataset, "ContentSequence")
        if objects.code_of(node, "ConceptNameCodeSequence") == _MODIFIER
    ]
    modified = ", ".join(filter(None, more))
    return objects.short(f"{said} ({modified})" if said and modified else said or modified)


def read(container: Container, source: Source, about: Overlay, check: Callable[[], None]) -> Overlay:
    """A part for each picture, in the document's order. Raises DamagedFile for more than are read."""
    del source
    dataset = container.dataset
    content = items(dataset, "ContentSequence")
    if len(content) > MOST_ITEMS:
        raise DamagedFile(f"the selection has {len(content):,} items; at most {MOST_ITEMS:,} are read")
    check()
    named = objects.each_once(_pictures(content, about.study, objects.evidence(dataset)))
    said = _said(content)
    keys = tuple(KeyImage(n, (each,), (about.name, *said)) for n, each in enumerate(named))
    parts = tuple(Part(f"Key image {n}", None, said if n == 1 else ()) for n in range(1, len(named) + 1))
    return Overlay(
        about.kind,
        about.name,
        about.place,
        about.patient,
        about.study,
        parts,
        key_images=keys,
        references=named,
        notes=_left_out(content, bool(named)),
    )


def _pictures(
    content: tuple[Dataset, ...], study: str, evidence: dict[str, tuple[str, str]]
) -> Iterator[Reference]:
    """With study and series where the document's evidence tells them."""
    for node in content:
        if text(node, "ValueType") == "IMAGE":
            for each in objects.instances(node, "ReferencedSOPSequence", study):
                of, series = evidence.get(each.instance, (each.study, ""))
                yield each._replace(study=of, series=series)


def _said(content: tuple[Dataset, ...]) -> tuple[str, ...]:
    """The description in one line."""
    for node in content:
        is_text = text(node, "ValueType") == "TEXT"
        if is_text and objects.code_of(node, "ConceptNameCodeSequence") == _DESCRIPTION:
            words = str(raw(node, "TextValue") or "").split()
            said = " ".join("".join(filter(str.isprintable, word)) for word in words)
            return (objects.short(said),) if said else ()
    return ()


def _left_out(content: tuple[Dataset, ...], any_picture: bool) -> tuple[str, ...]:
    others = sum(text(node, "ValueType") in ("COMPOSITE", "WAVEFORM") for node in content)
    notes = [f"{others} of the objects that it names are no pictures"] if others else []
    return (*notes, *(() if any_picture else ("it names no picture",)))
