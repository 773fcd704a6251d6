"""The elements of a DICOM header as text, for reading by a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydicom.datadict import dictionary_description
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from lungview.errors import UnsupportedFormat
from lungview.image.readers.data_set.container import looks_like_dicom, parse
from lungview.image.readers.source import opened

LONGEST = 400  # characters of a value
DEEPEST = 16  # sequences in sequences
_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_PATIENT_GROUP = 0x0010


@dataclass(frozen=True, slots=True)
class Tag:
    """One element, or one item of a sequence.

    number: "(0010,0010)", "" for an item. value: at most LONGEST characters; bytes as their number.
    personal: names or describes a person (group 0010, PN); to be hidden where the patient is.
    children: the items of a sequence, or the elements of an item.
    """

    number: str
    name: str
    vr: str
    value: str
    personal: bool = False
    children: tuple[Tag, ...] = ()

    def __repr__(self) -> str:
        return f"Tag({self.number} {self.name})"  # a value may name a patient


def read(path: Path, member: str = "") -> tuple[Tag, ...]:
    """All elements up to the pixel data, file meta information (PS3.10 7.1) first.

    Raises ReadError; UnsupportedFormat for a picture file, which has none.
    """
    with opened(path, member) as source:
        if not looks_like_dicom(source.start()):
            raise UnsupportedFormat("found a picture file; only DICOM has tags", source.label)
        container = parse(source)
        return (*_tags(container.dataset.file_meta, 0), *_tags(container.dataset, 0))


def _tags(dataset: Dataset, depth: int) -> Iterator[Tag]:
    for number in sorted(dataset.keys()):
        try:
            yield _tag(dataset[number], depth)
        except Exception:  # a damaged value raises whatever its decoder does; the others are still readable
            yield Tag(_number(number), _name(number), "", "cannot be decoded")


def _tag(element: DataElement, depth: int) -> Tag:
    number, name = _number(element.tag), _name(element.tag)
    if element.VR == "SQ":
        count = len(element.value)
        said = "1 item" if count == 1 else f"{count:,} items"
        return Tag(number, name, "SQ", said, children=_items(element, depth))
    personal = element.tag.group == _PATIENT_GROUP or element.VR == "PN"
    return Tag(number, name, element.VR, _value(element), personal)


def _items(element: DataElement, depth: int) -> tuple[Tag, ...]:
    if depth >= DEEPEST:
        return ()
    return tuple(
        Tag("", f"Item {place}", "", "", children=tuple(_tags(item, depth + 1)))
        for place, item in enumerate(element.value, start=1)
    )


def _value(element: DataElement) -> str:
    value = element.value
    if value is None:
        return ""
    if element.VR in _BINARY and isinstance(value, bytes | bytearray):
        return f"{len(value):,} bytes"
    many = not isinstance(value, str | bytes) and element.VM > 1
    text = "\\".join(str(each) for each in value) if many else str(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def _number(tag: BaseTag) -> str:
    return f"({tag.group:04X},{tag.element:04X})"


def _name(tag: BaseTag) -> str:
    try:
        return dictionary_description(tag)
    except KeyError:
        return "Private" if tag.is_private else "Unknown"
