"""Element values of a DICOM data set, whatever was written: a value or a default, never an error."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeGuard

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from lungview.image.readers.data_set.elements import as_ordinary, item_of
from lungview.image.values.numerals import has_decimal_comma, may_part_thousands, parse_decimal

# Elements of letters (DS) whose values may be below zero: in a VR without a sign the highest bit is it.
_SIGNED = frozenset(
    ("RescaleIntercept", "RescaleSlope", "WindowCenter", "ImagePositionPatient", "ImageOrientationPatient")
)
_UNSIGNED_BITS = {"US": 16, "UL": 32, "UV": 64}
# Elements whose values go into the thousands: a comma there is no decimal one for sure, and not taken for it.
_TO_THOUSANDS = ("RescaleIntercept", "WindowCenter", "WindowWidth")
_CT_IMAGES = tuple(f"1.2.840.10008.5.1.4.1.1.{n}" for n in ("2", "2.1", "2.2"))  # plain, Enhanced, converted
_PLAIN_VRS = ("AE", "CS", "DA", "DT", "LO", "SH", "TM")
_NUMBER_VRS = ("AT", "FD", "FL", "SL", "SS", "SV", "UL", "US", "UV")  # their bytes are no letters


def raw(dataset: Dataset, keyword: str) -> object:
    """The converted value, None when absent, empty or not convertible."""
    if isinstance(dataset, Dataset) and not present(dataset, keyword):
        return None
    try:  # by its tag: by the keyword it takes pydicom twice as long
        value = dataset[_tag(keyword)].value if isinstance(dataset, Dataset) else dataset.get(keyword)
    except Exception:  # pydicom raises whatever the bytes provoke
        return None
    return None if value == "" else value


def text(dataset: Dataset, keyword: str) -> str:
    """One line of text; several values are joined with a backslash. No control characters."""
    value = raw(dataset, keyword)
    if value is None:
        return ""
    try:
        joined = "\\".join(str(v) for v in value) if _several(value) else str(value)
    except Exception:  # a person name that does not decode
        return ""
    if not joined.isprintable():
        joined = "".join(c for c in joined if c.isprintable())
    return joined.strip()


def modality(dataset: Dataset) -> str:
    """Modality (0008,0060) in capitals, as its defined terms are; where it is blank CT of a CT image."""
    said = text(dataset, "Modality").upper()
    return "CT" if not said and text(dataset, "SOPClassUID") in _CT_IMAGES else said


def unsaid_modality(dataset: Dataset) -> tuple[str, ...]:
    """A warning where it was found otherwise than by its element."""
    taken = modality(dataset)
    if not taken or text(dataset, "Modality"):
        return ()
    return (f"Modality is blank; taken for {taken}",)


def as_plainly_written(dataset: Dataset, keyword: str) -> str | None:
    """What `text` gives, straight from the bytes of a short ASCII text; None where they are not as simple.

    pydicom takes several times as long to convert one, and the frames of a file have thousands.
    """
    if not isinstance(dataset, Dataset) or not present(dataset, keyword):
        return None
    item: object = dataset.get_item(_tag(keyword))
    if not isinstance(item, RawDataElement) or item.VR not in _PLAIN_VRS:
        return None
    if not item.value or not item.value.isascii():
        return None
    said = item.value.decode("ascii").rstrip("\0 ")
    return said.strip() if said.isprintable() and " \\" not in said else None


def _several(value: object) -> TypeGuard[Iterable[object]]:
    if type(value) in (str, int):  # nearly all of them, and quick to see
        return False
    return isinstance(value, Iterable) and not isinstance(value, str | bytes) and hasattr(value, "append")


def texts(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """The values as text, a single one as a tuple of one."""
    value = raw(dataset, keyword)
    if value is None:
        return ()
    if isinstance(value, bytes):  # of VR OB or UN
        return _split(value)
    return tuple(str(v) for v in value) if _several(value) else (str(value),)


def _split(content: bytes) -> tuple[str, ...]:
    decoded = content.decode("ascii", "replace").strip(" \0")
    return tuple(decoded.split("\\")) if decoded else ()


def written(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """The values of a text element as they were written, also those that are not what its VR says."""
    if not present(dataset, keyword):
        return ()
    item = dataset.get_item(keyword)
    if isinstance(item.value, bytes) and item.VR not in _NUMBER_VRS:
        return _split(item.value)
    return texts(dataset, keyword)


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """The values as floats; what is not a number is NaN, so that positions keep their meaning."""
    return tuple(map(parse_decimal, in_letters(dataset, keyword)))


def in_letters(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """The values as text; of a DS or IS as they are written, whether they are numbers or not.

    Also of a wrong VR that does not have several values, the backslash separates (PS3.5 6.4).
    """
    ordinary = as_ordinary(dataset)
    letters = ordinary.letters(keyword) if ordinary else None
    if letters is not None:
        return letters
    if not present(dataset, keyword):
        return ()
    item = dataset.get_item(keyword)
    if isinstance(item.value, bytes) and (item.VR or dictionary_VR(_tag(keyword))) in ("DS", "IS"):
        return _split(item.value)  # several times faster than by pydicom's types
    return _signed(item, keyword, texts(dataset, keyword))


def _signed(item: RawDataElement | DataElement, keyword: str, found: tuple[str, ...]) -> tuple[str, ...]:
    """Values as letters, each of them; of a VR without a sign, where one belongs, by two's complement."""
    parts = tuple(part for value in found for part in value.split("\\"))
    bits = _UNSIGNED_BITS.get(item.VR or "", 0) if keyword in _SIGNED else 0
    half = 1 << bits >> 1
    return tuple(str(int(p) - 2 * half) if p.isdigit() and int(p) >= half > 0 else p for p in parts)


def without_sign(dataset: Dataset, *keywords: str) -> tuple[str, ...]:
    """A warning for each of these elements that is below zero and written in a VR that has no sign."""
    return tuple(
        f"{keyword} is written as {item.VR}, which has no sign; {before} is taken for {after}"
        for keyword in keywords
        if present(dataset, keyword) and (item := dataset.get_item(keyword)).VR in _UNSIGNED_BITS
        for before, after in _turned(item, keyword, texts(dataset, keyword))[:1]
    )


def _turned(
    item: RawDataElement | DataElement, keyword: str, found: tuple[str, ...]
) -> list[tuple[str, str]]:
    """The values that are below zero, as written and as taken."""
    pairs = zip(found, _signed(item, keyword, found), strict=False)
    return [(before, after) for before, after in pairs if before != after]


def decimal_commas(dataset: Dataset, *keywords: str) -> tuple[str, ...]:
    """A warning for each of these elements that writes its numbers with a comma (PS3.5 6.2 wants a point)."""
    return tuple(said for keyword in keywords for said in decimal_comma(keyword, written(dataset, keyword)))


def decimal_comma(keyword: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """A warning where one of an element's values is written with a comma."""
    if "," not in "".join(values) or not any(_is_taken_for_a_point(keyword, value) for value in values):
        return ()
    return (f"{keyword} is written with a decimal comma; taken for a decimal point",)


def _is_taken_for_a_point(keyword: str, value: str) -> bool:
    return has_decimal_comma(value) and not (keyword in _TO_THOUSANDS and may_part_thousands(value))


def number(dataset: Dataset, keyword: str) -> float | None:
    """The first value as a finite float, else None."""
    value = raw(dataset, keyword)
    if type(value) is int:
        return float(value)
    first = (
        (parse_decimal(value.partition("\\")[0]),) if type(value) is str else numbers(dataset, keyword)[:1]
    )
    return first[0] if first and math.isfinite(first[0]) else None


def integer(dataset: Dataset, keyword: str) -> int | None:
    """The first value as a whole number, else None."""
    value = number(dataset, keyword)
    return int(value) if value is not None and value.is_integer() else None


def items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """The items of a sequence, () when absent or not a sequence."""
    value = raw(dataset, keyword)
    if not _several(value):
        return ()
    try:
        return tuple(v for v in value if isinstance(v, Dataset))
    except Exception:  # a sequence that does not parse
        return ()


def first_item(dataset: Dataset, keyword: str) -> Dataset | None:
    """The first item of a sequence, as its bytes where these are plain; None when there is none."""
    if isinstance(dataset, Dataset):
        if not present(dataset, keyword):
            return None
        plain = item_of(dataset, _tag(keyword))
        if plain is not None:
            return plain
    return next(iter(items(dataset, keyword)), None)


def says(dataset: Dataset, keyword: str) -> bool:
    """Whether the element is there and not empty."""
    return present(dataset, keyword) and (
        raw(dataset, keyword) is not None or bool(written(dataset, keyword))
    )


def present(dataset: Dataset, keyword: str) -> bool:
    """Whether the element is there, with a value or without.

    pydicom takes ten times as long to say that one is absent, as most are in a functional group.
    """
    known = dataset.keys() if isinstance(dataset, Dataset) else None
    return keyword in dataset if known is None else _tag(keyword) in known


@lru_cache(maxsize=1024)
def _tag(keyword: str) -> BaseTag:
    return BaseTag(tag_for_keyword(keyword) or 0)
