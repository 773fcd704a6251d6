"""A last look at what was written: whether a value that was taken away stands in it all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

SHORTEST = 6  # bytes: shorter ones are met by chance among pixels
_LOOKED_FOR = ("DA", "DT", "LO", "PN", "SH", "LT", "ST", "UT", "UC", "UR", "UI", "AE")
_KEPT_TOO = ("CS", "DS", "IS", "TM", "DT", "AS")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value of the original, as bytes, and the attribute that it is of."""

    value: bytes
    keyword: str


def identifiers(dataset: Dataset, kinds: tuple[str, ...] = _LOOKED_FOR) -> tuple[Identifier, ...]:
    """Every text, name, date and UID of a data set, nested and private ones too, as it may be written.

    kinds: VRs that are looked at.
    """
    found: dict[bytes, str] = {}
    for element in _elements(dataset, kinds):
        name = keyword_for_tag(element.tag) or "a private attribute"
        for value in _values(element):
            for coded in _encodings(value):
                if len(coded) >= SHORTEST:
                    found.setdefault(coded, name)
    return tuple(Identifier(value, keyword) for value, keyword in found.items())


def left(originals: tuple[Identifier, ...], allowed: Dataset, written: bytes) -> str:
    """The keyword of an original that occurs in the written bytes; "" where none does.

    allowed: the cleaned data set: what it was right to keep may stand there.
    """
    kept = b"\0".join(each.value for each in identifiers(allowed, (*_LOOKED_FOR, *_KEPT_TOO)))
    found = (each.keyword for each in originals if each.value in written and each.value not in kept)
    return next(found, "")


def _elements(dataset: Dataset, kinds: tuple[str, ...]) -> Iterator[DataElement]:
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from _elements(item, kinds)
        elif element.VR in kinds:
            yield element


def _values(element: DataElement) -> Iterator[str]:
    value = element.value
    many = [value] if isinstance(value, str) or not hasattr(value, "__iter__") else list(value)
    if element.VR == "PN":
        many = [value] if not isinstance(value, (list, tuple)) and not hasattr(value, "append") else many
    for each in many:
        text = str(each).strip(" \0")
        yield text
        if element.VR == "PN":
            yield from (part.strip() for group in text.split("=") for part in group.split("^"))


def _encodings(text: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "latin_1"):
        try:
            yield text.encode(encoding)
        except UnicodeEncodeError:
            continue
