"""Earlier studies of a patient that an archive has: which are offered, and where the person is in doubt.

A Patient ID alone tells nobody: it may be another hospital's, or mistyped. Name and birth date are looked at,
too, and what does not agree is said beside the study.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from lungview.image.slice import Patient
from lungview.image.values import dates
from lungview.image.values.same_person import person_of
from lungview.sources.source import FoundSeries, FoundStudy
from lungview.study.series import Series

MOST = 8  # earlier studies that are listed


class Doubt(StrEnum):
    """What speaks against the same person, or is not said."""

    NAME = "The name is another one."
    BIRTH = "The date of birth is another one."
    UNSAID_NAME = "The archive does not say the name."
    UNSAID_BIRTH = "The date of birth is not known on both sides."
    DATE = "The date of the study is not known."


AGAINST = frozenset((Doubt.NAME, Doubt.BIRTH))


@dataclass(frozen=True, slots=True)
class Now:
    """The study that is read, and the series of it that is looked at."""

    patient: Patient
    study_uid: str
    date: str  # DA
    modality: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Prior:
    """An earlier study in an archive. node: the archive's name."""

    node: str
    study: FoundStudy
    doubts: tuple[Doubt, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing speaks against the person being the same."""
        return not AGAINST & set(self.doubts)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered, best first. more: earlier studies beyond those. strange: of the same Patient ID by
    another issuer, which are another's. faults: archive and sentence of each that could not be asked.
    """

    priors: tuple[Prior, ...] = ()
    more: int = 0
    strange: int = 0
    faults: tuple[tuple[str, str], ...] = ()

    def with_(self, now: Now, node: str, found: Iterable[FoundStudy]) -> Offer:
        """With what another archive has found; a study that two have is listed once."""
        mine = [each for each in found if _same_id(now, each)]
        others = [each for each in mine if _another_issuer(now, each)]
        known = {each.study.study_uid for each in self.priors}
        new = [
            Prior(node, each, doubts(now, each))
            for each in mine
            if each not in others and each.study_uid not in known and _is_earlier(now, each)
        ]
        best = sorted((*self.priors, *new), key=lambda each: _rank(now, each), reverse=True)
        more = self.more + max(0, len(best) - MOST)
        return replace(self, priors=tuple(best[:MOST]), more=more, strange=self.strange + len(others))


def now_of(series: Series) -> Now:
    """The study of a series that is looked at."""
    study = series.study
    return Now(series.patient, study.study_instance_uid, study.date, series.modality, series.description)


def doubts(now: Now, found: FoundStudy) -> tuple[Doubt, ...]:
    """What of a study in an archive does not agree with the patient, or cannot be compared."""
    name, _, birth, *_ = person_of(now.patient)
    other_name, _, other_birth, *_ = person_of(_person(found))
    told = (
        _compared(_groups(name), _groups(other_name), Doubt.NAME, Doubt.UNSAID_NAME),
        _compared((birth,), (other_birth,), Doubt.BIRTH, Doubt.UNSAID_BIRTH),
        None if dates.parse_date(found.study_date) else Doubt.DATE,
    )
    return tuple(each for each in told if each is not None)


def likeness(now: Now, series: FoundSeries) -> tuple[bool, ...]:
    """The order in which series of a prior are fetched: those that are compared first."""
    return series.modality != now.modality, series.description != now.description


def _compared(ours: tuple[str, ...], theirs: tuple[str, ...], differs: Doubt, unsaid: Doubt) -> Doubt | None:
    """By the parts that both say: an archive may know a name in Latin letters alone."""
    both = [(a, b) for a, b in zip(ours, theirs, strict=False) if a and b]
    if not both:
        return unsaid
    return None if all(a == b for a, b in both) else differs


def _groups(name: str) -> tuple[str, ...]:
    return tuple(name.split("="))


def _person(found: FoundStudy) -> Patient:
    return Patient(found.patient_name, found.patient_id, found.birth_date, id_issuer=found.id_issuer)


def _same_id(now: Now, found: FoundStudy) -> bool:
    """Archives that match loosely, or not at all, answer with others'."""
    return person_of(_person(found))[1] == person_of(now.patient)[1] != ""


def _another_issuer(now: Now, found: FoundStudy) -> bool:
    ours, theirs = person_of(now.patient)[4:], person_of(_person(found))[4:]
    return bool(ours and theirs and ours != theirs)


def _is_earlier(now: Now, found: FoundStudy) -> bool:
    """Not later; where a date is unknown it may be."""
    date, other = dates.parse_date(now.date), dates.parse_date(found.study_date)
    return found.study_uid != now.study_uid and (date is None or other is None or other <= date)


def _rank(now: Now, prior: Prior) -> tuple[bool, bool, str]:
    """Higher is better: the person, the modality, the date."""
    date = dates.parse_date(prior.study.study_date)
    return prior.agrees, now.modality in prior.study.modalities, date.isoformat() if date else ""
