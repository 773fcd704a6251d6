"""Person names as DICOM stores them (PN, PS3.5 6.2.1), and the ways they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class NameGroup:
    """One representation of a name. Never in a log: repr holds a patient's name."""

    family: str = ""
    given: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""

    def __bool__(self) -> bool:
        return any((self.family, self.given, self.middle, self.prefix, self.suffix))

    @property
    def plain(self) -> str:
        """All components in their order with spaces between: "山田 太郎"."""
        return _spaced(self.family, self.given, self.middle, self.prefix, self.suffix)

    @property
    def listed(self) -> str:
        """As in a list of people: "Adams, John Robert Quincy"."""
        return ", ".join(part for part in (self.family, _spaced(self.given, self.middle)) if part)


@dataclass(frozen=True, slots=True)
class PersonName:
    """The three representations of one name: in Latin letters, in ideograms, by sound."""

    alphabetic: NameGroup = NameGroup()
    ideographic: NameGroup = NameGroup()
    phonetic: NameGroup = NameGroup()

    @property
    def groups(self) -> tuple[NameGroup, ...]:
        """Those that say something, in the order of the standard."""
        return tuple(g for g in (self.alphabetic, self.ideographic, self.phonetic) if g)


@lru_cache(maxsize=256)
def parse(stored: str) -> PersonName:
    """The parts of a name as stored: components between "^", representations between "=".

    A name without "^" ("Family Given", older than the standard) is one component: which word is the family's
    is not known. What is beyond the five components stays with the suffix; beyond three representations
    it is left out.
    """
    return PersonName(*(_group(written) for written in stored.split("=")[:3]))


def _group(written: str) -> NameGroup:
    parts = [" ".join(part.split()) for part in written.split("^")]
    return NameGroup(*parts[:4], *((_spaced(*parts[4:]),) if len(parts) > 4 else ()))


def _spaced(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def short(stored: str) -> str:
    """For a corner or a list: "Yamada, Tarou (山田 太郎)", titles and sounds left out; "" without a name."""
    name = parse(stored)
    groups = name.groups
    if not groups:
        return ""
    first = groups[0].listed or groups[0].plain
    native = name.ideographic.plain if name.alphabetic else ""
    return f"{first} ({native})" if native else first


def full(stored: str) -> str:
    """For a report: "Adams, John Robert Quincy Rev. B.A. M.Div.", every representation; "" without a name."""
    groups = parse(stored).groups
    if not groups:
        return ""
    first = _spaced(groups[0].listed, groups[0].prefix, groups[0].suffix)
    others = ", ".join(group.plain for group in groups[1:])
    return f"{first} ({others})" if others else first


def initials(stored: str) -> str:
    """The first letters of family, given and middle names, never of a title: "Yamada^Tarou^^Dr" → "Y. T.".

    An ideogram may be a whole name: the name by its sound goes before it.
    """
    name = parse(stored)
    chosen = name.alphabetic or name.phonetic or name.ideographic
    words = _spaced(chosen.family, chosen.given, chosen.middle).split()
    letters = (next((c for c in word if c.isalnum()), "") for word in words)
    return " ".join(f"{letter}." for letter in letters if letter)
