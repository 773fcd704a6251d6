"""One study of the list, and what is asked of many: which fit a search, which comes next, which are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from lungview.image.slice import Patient, Study
from lungview.image.values import dates, person

EntryKey = tuple[str, str]


class Reading(StrEnum):
    """How far the reader is. A study that was opened is BEGUN; READ is only said by the reader."""

    UNREAD = "unread"
    BEGUN = "begun"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Entry:
    """One study. Names a person: never in repr, so never in a log by accident.

    key: a digest of whose it is, and the Study Instance UID; of files without one, where they are.
    series, pictures: how many. paths: what is opened to have it. opened: when it was last, ISO 8601 in UTC,
    "" where it never was. thumbnail: a PNG, empty where there is none. archive: the name, in the settings, of
    the one that it was retrieved from, "" for none.
    """

    key: EntryKey = field(repr=False)
    patient: Patient = field(repr=False)
    study: Study = field(repr=False)
    modalities: tuple[str, ...] = ()
    series: int = 0
    pictures: int = 0
    paths: tuple[str, ...] = field(default=(), repr=False)
    reading: Reading = Reading.UNREAD
    opened: str = ""
    thumbnail: bytes = field(default=b"", repr=False)
    archive: str = ""

    @property
    def name(self) -> str:
        """The patient as in a list, "" where no file says who it is."""
        return person.short(self.patient.name) or self.patient.patient_id

    @property
    def date(self) -> str:
        return dates.date_text(self.study.date)

    @property
    def opened_here(self) -> str:
        """When it was last opened by the clock of this place, "2026-01-31 14:05"; "" where it never was."""
        try:
            return f"{datetime.fromisoformat(self.opened).astimezone():%Y-%m-%d %H:%M}" if self.opened else ""
        except ValueError:
            return ""

    @property
    def place(self) -> str:
        """Where its first files are."""
        return self.paths[0] if self.paths else ""


def fits(entry: Entry, text: str, *, named: bool = True) -> bool:
    """Whether every word of a search is in what the list shows of a study; case does not count.

    named: the patient is shown; if not, nobody is found by name or number.
    """
    told = words(entry, named=named)
    return all(word in told for word in text.casefold().split())


def words(entry: Entry, *, named: bool = True) -> str:
    """What a search is compared with, in small letters. named: as in `fits`."""
    who = (entry.name, entry.patient.name, entry.patient.patient_id) if named else ()
    shown = (*who, entry.date, entry.study.date, entry.study.description, *entry.modalities)
    return " ".join(shown).casefold()


def neighbour(entries: Sequence[Entry], now: EntryKey | None, step: int) -> Entry | None:
    """The nearest study after (step 1) or before (-1) another in the list that is not read yet.

    now: the study on screen; the search begins at an end where it is none of the list's. None where no other
    is left that way.
    """
    keys = [entry.key for entry in entries]
    at = keys.index(now) if now in keys else (-1 if step > 0 else len(keys))
    way = entries[at + 1 :] if step > 0 else entries[:at][::-1] if at > 0 else ()
    return next((entry for entry in way if entry.reading is not Reading.READ), None)


def missing(entry: Entry) -> tuple[str, ...]:
    """The paths of a study where nothing is any more. May wait for a drive."""
    return tuple(path for path in entry.paths if not _exists(Path(path)))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a drive that does not answer
        return False
