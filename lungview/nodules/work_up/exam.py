"""The work-up of a whole exam: its nodules, its lungs, and what a guideline says of all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lungview.errors import InputError
from lungview.lung.quantify import Quantities
from lungview.nodules.guidelines import lung_rads
from lungview.nodules.guidelines.advice import Advice, Asked
from lungview.nodules.work_up.values import Guide, Refused, WorkUp
from lungview.study.series import Series


@dataclass(frozen=True, slots=True)
class Row:
    """One accepted nodule. label: as on the picture. slice_number: as on screen, from 1."""

    label: str
    slice_number: int
    work_up: WorkUp


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What only the reader can say of an exam: that it has no nodule, 4X, S, and category 0."""

    negative: bool = False
    suspicious: bool = False
    other_finding: bool = False
    incomplete: lung_rads.Incomplete | None = None


@dataclass(frozen=True, slots=True)
class LungsBefore:
    """The lungs of another scan of the patient. date: DA. lungs: None where `why` says why not."""

    date: str = field(repr=False)
    lungs: Quantities | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Exam:
    """One series that was read. prior_date: of the scan it was compared with, DA; "" where there is none.

    overall: of the whole exam, where the guideline has that. impression: the reader's, free. lungs_before:
    the other scans of the patient that are open, the oldest first. reader: "" where nobody says who read it.
    """

    series: Series = field(repr=False)
    rows: tuple[Row, ...] = ()
    lungs: Quantities | None = None
    notes: tuple[str, ...] = ()
    prior_date: str = field(default="", repr=False)
    overall: Advice | Refused | None = None
    impression: str = ""
    lungs_before: tuple[LungsBefore, ...] = field(default=(), repr=False)
    reader: str = ""


def overall(
    guide: Guide,
    work_ups: Sequence[WorkUp],
    modifiers: Modifiers | None = None,
    age_years: float | None = None,
) -> Advice | Refused | None:
    """What a guideline says of an exam; None where it speaks of nodules alone.

    age_years: of the patient, None where nobody told it: it is asked.
    """
    if guide is not Guide.LUNG_RADS:
        return None
    said = modifiers or Modifiers()
    not_for = lung_rads.not_for(age_years)
    if not_for and (not work_ups or said.incomplete):
        return not_for
    unread = not work_ups and not said.negative and said.incomplete is None
    asked = Asked(guide.value, ("negative",), ("whether there is no nodule",)) if unread else None
    if age_years is None and (not work_ups or said.incomplete):
        return lung_rads.age_asked(asked or Asked(guide.value, (), ()))
    if asked:
        return asked
    each: list[Advice] = []
    for found in work_ups:
        if isinstance(found.advice, Refused):
            return found.advice
        each.append(found.advice)
    try:
        return lung_rads.of_exam(
            each,
            suspicious=said.suspicious,
            other_finding=said.other_finding,
            incomplete=said.incomplete,
        )
    except InputError as error:
        return Refused(guide.value, error.message)
