"""Specific Character Set (0008,0005): what letters the bytes of a text mean (PS3.5 6.1, PS3.3 C.12.1.1.2)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pydicom import config
from pydicom.charset import (
    CODES_TO_ENCODINGS,
    STAND_ALONE_ENCODINGS,
    decode_bytes,
    default_encoding,
    python_encoding,
)
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag
from pydicom.valuerep import PN_DELIMS, TEXT_VR_DELIMS

from lungview.image.readers.data_set.odd_letters import is_odd, of_windows

TEXT_VRS = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
_SET = 0x00080005
_ESCAPE = b"\x1b"
_FIRST_EAST_ASIAN = "\u2e80"
_BACKSLASH = 0x5C
# Without a declaration there is ISO 646 and nothing else (PS3.3 C.12.1.1.2); pydicom takes Latin-1.
_ENCODINGS = python_encoding | {"": "ascii", "ISO_IR 6": "ascii", "ISO 2022 IR 6": "ascii"}
_ENCODINGS |= {"ISO_IR 203": "iso8859_15", "ISO 2022 IR 203": "iso8859_15"}
_ALONE = frozenset(python_encoding[term] for term in STAND_ALONE_ENCODINGS)
_ASCII = ("ascii",)
_EXTENSIONS = (*_ASCII, *sorted(set(CODES_TO_ENCODINGS.values())))
_ONE_VALUE = frozenset({"LT", "ST", "UT"})
_GB2312 = "\x1b$)A"  # pydicom leaves it in the text, taking Python's codec for one that strips it
_PYTHONS = ("ascii", "big5", "cp", "euc", "gb", "iso8859", "koi8", "mac", "shift", "tis", "utf-8")
_TERM = re.compile(r"ISO[^A-Z0-9]*(2022)?[^A-Z0-9]*IR[^A-Z0-9]*([0-9]+)")
# Letters of these sets that are by chance UTF-8 too are no words of their languages.
_NEVER_UTF8 = frozenset(
    codecs.lookup(_ENCODINGS[f"ISO_IR {number}"]).name
    for number in (100, 101, 109, 110, 126, 127, 138, 144, 148, 203)
)


@lru_cache(maxsize=64)
def encodings(content: bytes) -> tuple[str, ...]:
    """Python's names of the sets that the value of (0008,0005) declares; () when one of them is unknown."""
    terms = content.decode("ascii", "replace").split("\\")
    found = [_encoding(term.strip(" \0").upper()) for term in terms]
    if "" in found:
        return ()
    if found[0] in _ALONE:
        return (found[0],)
    return (found[0], *(name for name in found[1:] if name not in _ALONE))


def _encoding(term: str) -> str:
    """Python's name of a term, however it is spelled; "" when nobody knows it."""
    if term in _ENCODINGS:
        return _ENCODINGS[term]
    spelled = _TERM.fullmatch(term)
    if spelled:
        forms = (f"ISO_IR {spelled[2]}", f"ISO 2022 IR {spelled[2]}")
        return next((_ENCODINGS[form] for form in forms if form in _ENCODINGS), "")
    return _of_python(term)


def _of_python(name: str) -> str:
    """A set of Python's that has ASCII where ASCII is: "UTF-8", "latin1", "Shift_JIS", "windows-1252"."""
    try:
        found = codecs.lookup(name.replace(" ", "_")).name
        letters = bytes(range(32, 127))
        alike = found.startswith(_PYTHONS) and letters.decode(found) == letters.decode("ascii")
    except (LookupError, ValueError):
        return ""
    return found if alike else ""


def decoded(value: bytes, declared: tuple[str, ...], vr: str) -> str | None:
    """The text in the declared sets; None when it does not fit them, or clearly is of another one."""
    if not declared:
        return None
    if not value.isascii() and _is_utf8_instead(value, declared[0]):
        return None
    if _ESCAPE not in value:
        plain = _strictly(value, declared[0])
        return None if plain is None or is_odd(plain, declared[0], vr) else plain
    delimiters = (PN_DELIMS if vr == "PN" else TEXT_VR_DELIMS) | {_BACKSLASH}
    text = decode_bytes(value, declared, delimiters).replace(_GB2312, "")
    return None if "\ufffd" in text or "\x1b" in text else text


def _strictly(value: bytes, encoding: str) -> str | None:
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        return None


def _cut_utf8(value: bytes) -> str | None:
    """UTF-8 that ends within a letter, as of a name kept in so many bytes; None when it is none.

    One whole letter beyond ASCII is wanted: Latin-1 may end in what begins a letter of UTF-8.
    """
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(value.rstrip(b" \0"))
    except UnicodeDecodeError:
        return None
    return None if text.isascii() else text


def _is_utf8_instead(value: bytes, encoding: str) -> bool:
    """Whether bytes that are UTF-8 are no words of the declared set.

    Of a set of two bytes a letter, they are none where UTF-8 makes East Asian writing of them: three bytes
    each, and so by chance in one name of a hundred thousand.
    """
    text = _strictly(value, "utf-8")
    if text is None or codecs.lookup(encoding).name == "utf-8":
        return False
    if codecs.lookup(encoding).name in _NEVER_UTF8:
        return True
    foreign = [letter for letter in text if not letter.isascii()]
    return len(foreign) > 1 and all(letter >= _FIRST_EAST_ASIAN for letter in foreign)


def settle(dataset: Dataset) -> tuple[str, ...]:
    """Decode the texts of a parsed data set that are not ASCII, in place; a warning where that is a guess.

    A text that is not in the declared set is taken for UTF-8, whole or cut in its last letter; else for the
    set of Windows for the same languages, where it has letters in that one alone; else for the declared one,
    or Latin-1.
    """
    content = _content(dataset)
    declared = encodings(content)
    guesses: dict[str, tuple[str, ...]] = {}
    for tag, vr, value in _other_than_ascii(dataset):
        text = decoded(value, declared, vr)
        if text is None:
            name, used, text = _guess(value, declared, vr)
            guesses[name] = used
        dataset[tag] = DataElement(tag, vr, _trimmed(text, vr), validation_mode=config.IGNORE)
    _set_of_items(dataset, next(iter(guesses.values()), declared))
    return (_sentence(content, declared, tuple(guesses)),) if guesses else ()


def _trimmed(text: str, vr: str) -> str:
    """Without the padding behind it, or behind each of its values."""
    values = [text] if vr in _ONE_VALUE else text.split("\\")
    return "\\".join(value.rstrip(" \0") for value in values)


def _set_of_items(dataset: Dataset, used: tuple[str, ...]) -> None:
    """What the items of sequences are decoded with, which are looked at only when asked for."""
    known = used if used and used != _ASCII else (default_encoding,)
    implicit, little = dataset.original_encoding
    dataset.set_original_encoding(implicit, little, list(known))


def _content(dataset: Dataset) -> bytes:
    """What (0008,0005) says, as it was written."""
    value: object = dataset.get_item(_SET).value if _SET in dataset else None
    if isinstance(value, bytes):
        return value
    values = [value] if isinstance(value, str) else value if isinstance(value, Iterable) else []
    return "\\".join(map(str, values)).encode("ascii", "replace")


def _other_than_ascii(dataset: Dataset) -> Iterator[tuple[BaseTag, str, bytes]]:
    """Tag, VR and value of the texts, not decoded yet, in which a character set matters."""
    for tag in list(dataset.keys()):
        element: object = dataset.get_item(tag, keep_deferred=True)  # a long one stays in the file
        if not isinstance(element, RawDataElement) or not isinstance(element.value, bytes):
            continue
        if len(element.value) < element.length:
            continue  # the file ends in it, which is for the parser to say
        vr = element.VR or _known_vr(tag)
        if vr in TEXT_VRS and not (element.value.isascii() and _ESCAPE not in element.value):
            yield tag, vr, element.value


def _known_vr(tag: int) -> str:
    try:
        return dictionary_VR(tag)
    except KeyError:
        return ""


def _guess(value: bytes, declared: tuple[str, ...], vr: str) -> tuple[str, tuple[str, ...], str]:
    """What the bytes most likely are: name of the set, Python's names, the text."""
    escaped = decoded(value, _EXTENSIONS, vr) if _ESCAPE in value else None
    if escaped is not None:
        return "ISO 2022", _EXTENSIONS, escaped
    text = _strictly(value, "utf-8")
    if text is not None:
        return "UTF-8", ("utf-8",), text
    text = _cut_utf8(value)
    if text is not None:
        return "UTF-8 whose last letter is cut off", ("utf-8",), text
    text = _strictly(value, declared[0]) if declared else None
    if text is None:
        return "Latin-1", ("latin_1",), value.decode("latin_1")
    name, used, text = of_windows(value, declared[0], vr) or (declared[0], declared[0], text)
    return name, (used,), text


def _sentence(content: bytes, declared: tuple[str, ...], guesses: tuple[str, ...]) -> str:
    read_as = f"read as {' and '.join(guesses)}, a guess"
    if not content.strip(b" \0"):
        return f"the character set is not declared; {read_as}"
    if not declared:
        return f"the declared character set is unknown; {read_as}"
    if guesses == declared[:1]:
        return (
            f"a text seems not to be in the declared character set ({declared[0]}); read in it all the same"
        )
    return f"a text is not in the declared character set ({', '.join(declared)}); {read_as}"
