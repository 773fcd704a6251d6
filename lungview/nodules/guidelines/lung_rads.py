"""Lung-RADS v2022: the category of a nodule, and of the whole exam with what the reader adds."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import replace

from lungview.errors import InputError
from lungview.nodules.guidelines.advice import Advice, Asked, NoRule, Recommendation
from lungview.nodules.guidelines.lung_rads_nodule import TABLE, Cyst, Kind, Nodule, Seen, SolidPart
from lungview.nodules.guidelines.table import Measure, Table, advise, load

_GROWTH_MM = 1.5  # of the mean diameter within twelve months
_YEAR = 12.5  # months: an annual exam is not always on the day
_LEAST_AGE, _MOST_AGE = 50, 80  # of those whom screening is for: USPSTF, JAMA 2021;325:962


class Incomplete(enum.Enum):
    """Why an exam is category 0, with what to do."""

    PRIOR = "Comparison with the prior chest CT examination."
    PARTLY_SEEN = "Additional lung cancer screening CT imaging: part or all of the lungs cannot be evaluated."
    INFLAMMATION = "1–3 month LDCT: findings suggest an inflammatory or infectious process."


def of_nodule(nodule: Nodule, measure: Measure = Measure.DIAMETER) -> Advice:
    """The category of one nodule."""
    if nodule.kind is Kind.CYST and nodule.cyst is Cyst.THIN and nodule.seen not in (None, Seen.GROWING):
        title = load(TABLE).title
        return NoRule(title, "a thin-walled cyst of one chamber is benign and not classified", benign=True)
    return advise(load(TABLE, measure), nodule.facts)


def not_for(age_years: float | None) -> NoRule | None:
    """Why there is no category for someone of this age, in years; None where there may be one."""
    if age_years is None or _LEAST_AGE <= age_years < _MOST_AGE + 1:
        return None
    young = age_years < _LEAST_AGE
    whom = f"people below {_LEAST_AGE} years" if young else f"people above {_MOST_AGE} years"
    return NoRule(load(TABLE).title, f"not made for {whom}")


def age_asked(found: Advice) -> Advice:
    """The same of someone whose age is not known: no category before the age, which is asked first."""
    if isinstance(found, NoRule) and not found.benign:
        return found
    asked = found if isinstance(found, Asked) else Asked(load(TABLE).title, (), ())
    return replace(asked, names=("age_years", *asked.names), labels=("age", *asked.labels))


def again(now: Nodule, before: Nodule, months: float) -> Nodule:
    """A nodule with what its prior exam tells: how it changed, and when that was.

    Growth is more than 1.5 mm of the mean diameter within twelve months; a larger change over a longer time
    counts where it is as fast as that, else it is slow. By diameters; what is not known stays to be asked.
    """
    seen = _change(before.mean_mm, now.mean_mm, months)
    if seen is Seen.STABLE and _rank(now) > _rank(before):
        seen = Seen.ENLARGED
    return replace(now, seen=seen, solid_part=_solid_part(before, now, months), months=months)


def _change(before_mm: float | None, now_mm: float | None, months: float) -> Seen | None:
    if before_mm is None or now_mm is None:
        return None
    change = round(round(now_mm, 1) - round(before_mm, 1), 1)
    if change <= _GROWTH_MM:
        return Seen.STABLE
    within_a_year = change if months <= _YEAR else change * 12 / months
    return Seen.GROWING if within_a_year > _GROWTH_MM else Seen.SLOWLY_GROWING


def _solid_part(before: Nodule, now: Nodule, months: float) -> SolidPart | None:
    """Of a part-solid nodule. A part that grows slowly grows."""
    if now.kind is not Kind.PART_SOLID or before.kind is None:
        return None
    if before.kind is Kind.GROUND_GLASS:
        return SolidPart.NEW
    change = _change(before.solid_mm, now.solid_mm, months)
    if change is None:
        return None
    return SolidPart.STABLE if change is Seen.STABLE else SolidPart.GROWING


def _rank(nodule: Nodule) -> int:
    """The place among the categories that its size alone would have at baseline; -1 for none."""
    found = advise(load(TABLE), replace(nodule, seen=Seen.BASELINE).facts)
    return load(TABLE).order.index(found.category) if isinstance(found, Recommendation) else -1


def of_exam(
    nodules: Sequence[Advice],
    *,
    suspicious: bool = False,
    other_finding: bool = False,
    incomplete: Incomplete | None = None,
) -> Advice:
    """The category of the exam: that of its most suspicious nodule; without nodules 1.

    suspicious: the reader sees features that raise the suspicion of a category 3 or 4 (4X). other_finding:
    the modifier S. An exam with a nodule that still asks, or that no row fits, is not classed.
    Raises InputError for 4X where no nodule is of category 3 or 4.
    """
    table = load(TABLE)
    if incomplete is not None:
        found = Recommendation(table.title, table.source, "0", incomplete.value, "incomplete", ())
    else:
        for advice in nodules:
            if isinstance(advice, Asked) or (isinstance(advice, NoRule) and not advice.benign):
                return advice
        found = _worst(table, [a for a in nodules if isinstance(a, Recommendation)])
        if suspicious:
            found = _with_features(table, found)
    return replace(found, category=f"{found.category}S") if other_finding else found


def _worst(table: Table, classed: Sequence[Recommendation]) -> Recommendation:
    if not classed:
        return Recommendation(table.title, table.source, "1", table.management["1"], "no nodules", ())
    order = table.order  # what a reader set beyond the table's categories, as 4X, counts most
    return max(classed, key=lambda r: order.index(r.category) if r.category in order else len(order))


def _with_features(table: Table, found: Recommendation) -> Recommendation:
    if found.category not in ("3", "4A", "4B"):
        raise InputError(f"{table.title}: expected a category 3 or 4 for 4X, found {found.category}")
    rule = f"{found.rule}; with features that the reader finds more suspicious"
    return replace(found, category="4X", text=table.management["4X"], rule=rule, edited="")
