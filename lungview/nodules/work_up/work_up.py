"""The work-up of one nodule: risks by four formulas, a guideline's recommendation, growth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lungview.errors import InputError
from lungview.nodules.guidelines.advice import Advice, set_by_reader
from lungview.nodules.over import over
from lungview.nodules.risk import brock, herder, mayo
from lungview.nodules.risk.formula import Estimate, Missing
from lungview.nodules.risk.from_study import from_study
from lungview.nodules.risk.inputs import Inputs, shown
from lungview.nodules.work_up.guided import advice
from lungview.nodules.work_up.values import Guide, Refused, Said, Told, WorkUp

R = TypeVar("R")

FORMULAS: tuple[tuple[str, Callable[[Inputs], Estimate | Missing]], ...] = (
    (brock.FULL.name, brock.full),
    (brock.PARSIMONIOUS.name, brock.parsimonious),
    (mayo.MAYO.name, mayo.mayo),
    (herder.NAME, herder.herder),
)


def work_up(told: Told, said: Said, guide: Guide) -> WorkUp:
    """All that is said of one nodule; what is refused says why in its place."""
    lobe = said.lobe or told.suggested
    filled = from_study(told.patient, told.study, told.sized, lobe=lobe, count=told.count, lungs=told.lungs)
    inputs = over(said.risk, filled.inputs)
    found = _tried(guide.value, lambda: advice(told, said, inputs, guide))
    return WorkUp(
        finding=told.sized,
        lobe=lobe,
        lobe_said=said.lobe is not None,
        risks=tuple(_risk(name, formula, inputs) for name, formula in FORMULAS),
        advice=_as_the_reader_has_it(found, said),
        change=told.change,
        filled={n: (shown(n, getattr(filled.inputs, n)), why) for n, why in filled.sources.items()},
        notes=told.notes,
        over_time=told.over_time,
    )


def _risk(
    name: str, formula: Callable[[Inputs], Estimate | Missing], inputs: Inputs
) -> Estimate | Missing | Refused:
    return _tried(name, lambda: formula(inputs))


def _tried(name: str, ask: Callable[[], R]) -> R | Refused:
    try:
        return ask()
    except InputError as error:
        return Refused(name, error.message)


def _as_the_reader_has_it(found: Advice | Refused, said: Said) -> Advice | Refused:
    if isinstance(found, Refused) or not (said.text or said.category):
        return found
    return set_by_reader(found, said.text, said.category)
