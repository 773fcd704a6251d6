"""The questions of a work-up: one row each, with where its answer goes."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Any

from lungview.nodules.finding import Density
from lungview.nodules.guidelines import fleischner, lung_rads_nodule
from lungview.nodules.lobe import Lobe
from lungview.nodules.risk import inputs
from lungview.nodules.work_up.values import Guide, Said


class Of(enum.Enum):
    """Whom an answer is about: one nodule, or the patient and so every nodule."""

    PATIENT = "Patient"
    NODULE = "Nodule"


@dataclass(frozen=True, slots=True)
class Question:
    """part, name: the field of `Said` that holds the answer; part "" is Said itself.

    choices: value and text; () for a number, of which `unit` is the unit. fact: what a guideline calls it,
    "" for the formulas'. guide: of which guideline it is; None where both, or a formula, ask.
    """

    part: str
    name: str
    label: str
    of: Of
    choices: tuple[tuple[Any, str], ...] = ()
    unit: str = ""
    fact: str = ""
    guide: Guide | None = None

    @property
    def id(self) -> str:
        return f"{self.part}.{self.name}"

    def answer(self, said: Said) -> Any:
        """What the reader said, None where nothing."""
        return getattr(getattr(said, self.part) if self.part else said, self.name)

    def answered(self, said: Said, value: Any) -> Said:
        """The same with an answer, or without one for None. Raises InputError for a value that cannot be."""
        if not self.part:
            return replace(said, **{self.name: value})
        return replace(said, **{self.part: replace(getattr(said, self.part), **{self.name: value})})


_YES_NO = ((True, "yes"), (False, "no"))


def _each(kind: type[enum.Enum]) -> tuple[tuple[enum.Enum, str], ...]:
    return tuple((member, str(member.value)) for member in kind)


def _risk(name: str, of: Of, choices: tuple[tuple[Any, str], ...] = ()) -> Question:
    label = inputs.LABELS[name]
    return Question("risk", name, label[0].upper() + label[1:], of, choices, inputs.UNITS.get(name, ""))


def _screening(
    name: str, label: str, choices: tuple[tuple[Any, str], ...] = (), fact: str = "", unit: str = ""
) -> Question:
    return Question("screening", name, label, Of.NODULE, choices, unit, fact or name, Guide.LUNG_RADS)


def _chance(name: str, label: str, of: Of, choices: tuple[tuple[Any, str], ...], fact: str = "") -> Question:
    return Question("chance", name, label, of, choices, "", fact or name, Guide.FLEISCHNER)


_SIZES = tuple((c, c) for c in ("2", "3", "4A", "4B"))

AGE = _risk("age_years", Of.PATIENT)
QUESTIONS: tuple[Question, ...] = (
    AGE,
    _risk("sex", Of.PATIENT, _each(inputs.Sex)),
    _risk("smoker", Of.PATIENT, _YES_NO),
    _risk("family_history", Of.PATIENT, _YES_NO),
    _risk("prior_cancer", Of.PATIENT, _each(inputs.PriorCancer)),
    _risk("emphysema", Of.PATIENT, _YES_NO),
    _chance("screening", "Found in screening", Of.PATIENT, _YES_NO),
    _chance("known_cancer", "Known primary cancer", Of.PATIENT, _YES_NO),
    _chance("immunosuppressed", "Immunosuppression", Of.PATIENT, _YES_NO),
    _chance("risk", "Risk of lung cancer", Of.PATIENT, _each(fleischner.Risk)),
    Question("", "lobe", "Lobe", Of.NODULE, _each(Lobe)),
    _risk("density", Of.NODULE, _each(Density)),
    _risk("long_mm", Of.NODULE),
    _risk("spiculated", Of.NODULE, _YES_NO),
    _risk("count", Of.NODULE),
    _risk("uptake", Of.NODULE, _each(inputs.Uptake)),
    _screening("kind", "Kind of nodule", _each(lung_rads_nodule.Kind), "nodule"),
    _screening("seen", "Against the prior exam", _each(lung_rads_nodule.Seen)),
    _screening("solid_part", "Solid part", _each(lung_rads_nodule.SolidPart)),
    _screening("previous", "Category before", _SIZES),
    _screening("months", "Since the prior exam", unit="months"),
    _screening("proven_benign", "Proven benign", _YES_NO),
    _screening("airway", "Place in the airways", _each(lung_rads_nodule.Airway)),
    _screening("cyst", "Kind of cyst", _each(lung_rads_nodule.Cyst)),
    _screening("cyst_change", "What changed", _each(lung_rads_nodule.CystChange)),
    _screening("mean_mm", "Mean diameter", fact="size_mm", unit="mm"),
    _screening("solid_mm", "Mean diameter, solid part", fact="solid_mm", unit="mm"),
    _chance("kind", "Kind of nodule", Of.NODULE, _each(fleischner.Kind), "nodule"),
    _chance("number", "One or several", Of.NODULE, _each(fleischner.Number)),
)
# Asked for in any case; the others where a guideline asks for them, or once they were said.
ALWAYS = {
    *(q.id for q in QUESTIONS if q.part in ("", "risk")),
    "screening.seen",
    "chance.screening",
    "chance.known_cancer",
    "chance.immunosuppressed",
    "chance.risk",
}
