"""What is done with each attribute: the table of PS3.15 E.1-1, the retain options, and what no list knows."""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from pydicom.datadict import keyword_for_tag

from lungview import paths
from lungview.errors import InputError

TEXT = frozenset(("AE", "AS", "LO", "LT", "PN", "SH", "ST", "UC", "UN", "UR", "UT"))
DATES = frozenset(("DA", "DT", "TM"))
BYTES = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
DICOM = "1.2.840.10008."  # the root of all UIDs that the standard gives out
BASIC = ("113100", "Basic Application Confidentiality Profile")


class Action(enum.Enum):
    """What becomes of one attribute."""

    KEEP = "K"
    REMOVE = "X"
    EMPTY = "Z"
    DUMMY = "D"
    UID = "U"
    CLEAN = "C"  # its known words stay


# Where the table leaves a choice: what is legal whether or not the attribute must have a value.
_CHOSEN = {
    "X": Action.REMOVE,
    "Z": Action.EMPTY,
    "D": Action.DUMMY,
    "U": Action.UID,
    "XZ": Action.EMPTY,
    "XD": Action.REMOVE,
    "ZD": Action.DUMMY,
    "XZD": Action.DUMMY,
    "XZU": Action.UID,
}
_MUST_HAVE_A_VALUE = 0x3000  # groups of radiotherapy, where X/D attributes are of type 1


@dataclass(frozen=True, slots=True)
class Option:
    """One retain option. code, meaning: in Deidentification Method Code Sequence (PS3.16 CID 7050)."""

    name: str
    code: str
    meaning: str


class Profile:
    """The table as read, with the options that a user chose.

    options: names of the file's table `options`. Raises InputError for a name that is not there.
    """

    def __init__(self, options: tuple[str, ...] = ()) -> None:
        table = _table()
        if unknown := [name for name in options if name not in table["options"]]:
            raise InputError(
                f"nothing called {unknown[0]!r} can be kept", hint=f"one of: {', '.join(table['options'])}"
            )
        self.options = tuple(Option(n, o["code"], o["meaning"]) for n, o in _chosen(table, options))
        self._names = frozenset(options)

    def action(self, tag: int, vr: str, value: str = "") -> Action:
        """What becomes of an attribute. value: of a UID, those of the standard stay."""
        group = tag >> 16
        if group % 2 or 0x5000 <= group <= 0x501F or 0x6000 <= group <= 0x601F:
            return Action.REMOVE
        if self._is_kept(tag, vr):
            return Action.KEEP
        if "descriptors" in self._names and tag in _lists().clean:
            return Action.CLEAN
        listed = _lists().basic.get(tag)
        return listed if listed is not None else self._unlisted(tag, vr, value)

    def _unlisted(self, tag: int, vr: str, value: str) -> Action:
        lists = _lists()
        if vr == "UI":
            return Action.KEEP if _names_no_object(tag, value) or "uids" in self._names else Action.UID
        if tag in lists.dummy:
            return Action.DUMMY
        if tag in lists.known:
            return Action.KEEP
        if vr in BYTES:
            return Action.KEEP if tag in lists.bytes else Action.REMOVE
        return Action.REMOVE if vr in TEXT or vr in DATES else Action.KEEP

    def _is_kept(self, tag: int, vr: str) -> bool:
        if any(tag in _lists().kept[name] for name in self._names):
            return True
        if "dates" in self._names and vr in DATES:
            return tag not in _lists().never["dates"]
        return "uids" in self._names and vr == "UI" and tag not in _lists().never["uids"]


def words() -> frozenset[str]:
    """The words of descriptions that say nothing of a person, in lower case."""
    return frozenset(_table()["options"]["descriptors"]["words"].split())


def option_names() -> tuple[str, ...]:
    return tuple(_table()["options"])


def _names_no_object(tag: int, value: str) -> bool:
    """Whether a UID tells a kind of thing (a class, a syntax, a coding scheme), not one thing."""
    keyword = keyword_for_tag(tag)
    kinds = ("ClassUID", "CodingSchemeUID", "ContextUID", "MappingResourceUID", "TransferSyntaxUID")
    return value.startswith(DICOM) or keyword.endswith(kinds)


@dataclass(frozen=True)
class _Lists:
    """The file's lists of tags as sets."""

    table: Mapping[str, Any]

    @cached_property
    def basic(self) -> dict[int, Action]:
        found = {t: _CHOSEN[code] for code, text in self.table["basic"].items() for t in _tags(text)}
        of_radiotherapy = {t for t in _tags(self.table["basic"]["XD"]) if t >> 16 >= _MUST_HAVE_A_VALUE}
        return found | dict.fromkeys(of_radiotherapy, Action.DUMMY)

    @cached_property
    def kept(self) -> dict[str, frozenset[int]]:
        options = self.table["options"].items()
        return {name: _tags(o.get("keep", "") + " " + o.get("also", "")) for name, o in options}

    @cached_property
    def never(self) -> dict[str, frozenset[int]]:
        return {name: _tags(o.get("never", "")) for name, o in self.table["options"].items()}

    @cached_property
    def clean(self) -> frozenset[int]:
        return _tags(self.table["options"]["descriptors"]["clean"])

    @cached_property
    def known(self) -> frozenset[int]:
        return _tags(self.table["known"]["keep"])

    @cached_property
    def dummy(self) -> frozenset[int]:
        return _tags(self.table["known"]["dummy"])

    @cached_property
    def bytes(self) -> frozenset[int]:
        return _tags(self.table["known"]["bytes"])


def _tags(text: str) -> frozenset[int]:
    return frozenset(int(word, 16) for word in text.split())


def _chosen(table: Mapping[str, Any], options: tuple[str, ...]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, option) for name, option in table["options"].items() if name in options]


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    return _Lists(_table())


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((paths.resources() / "anonymise" / "profile.toml").read_text("utf-8"))
