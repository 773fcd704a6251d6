"""What a reader answered in the work-up of a series: one value, and the text it is kept as."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lungview.errors import InputError
from lungview.nodules.guidelines.lung_rads import Incomplete
from lungview.nodules.work_up.exam import Modifiers
from lungview.nodules.work_up.values import Guide, Said
from lungview.viewer.work_up.questions import QUESTIONS, Of, Question


@dataclass(frozen=True, slots=True)
class Answers:
    """Of one series. of_nodule: by the finding's id. impression: free text."""

    guide: Guide = Guide.LUNG_RADS
    of_patient: Said = field(default_factory=Said)
    of_nodule: Mapping[str, Said] = field(default_factory=dict)
    modifiers: Modifiers = field(default_factory=Modifiers)
    impression: str = ""

    def of(self, finding_id: str) -> Said:
        """All that was said of a nodule: of itself, else of the patient."""
        return self.own(finding_id).over(self.of_patient)

    def own(self, finding_id: str) -> Said:
        """What was said of a nodule alone."""
        return self.of_nodule.get(finding_id, Said())

    def answered(self, finding_id: str, question: Question, value: Any) -> Answers:
        """With an answer, None takes it back. Raises InputError for a value that cannot be."""
        if question.of is Of.PATIENT:
            return replace(self, of_patient=question.answered(self.of_patient, value))
        return self._with(finding_id, question.answered(self.own(finding_id), value))

    def written(self, finding_id: str, text: str, category: str = "") -> Answers:
        """With the reader's own recommendation for a nodule; "" takes it back."""
        return self._with(finding_id, replace(self.own(finding_id), text=text, category=category))

    def _with(self, finding_id: str, said: Said) -> Answers:
        others = {name: each for name, each in self.of_nodule.items() if name != finding_id}
        return replace(self, of_nodule={**others, finding_id: said} if said != Said() else others)


def to_text(answers: Answers) -> str:
    """JSON; "" where nothing was answered."""
    if answers == Answers():
        return ""
    modifiers = answers.modifiers
    return json.dumps(
        {
            "guide": answers.guide.name,
            "patient": _plain(answers.of_patient),
            "nodules": {name: _plain(said) for name, said in answers.of_nodule.items()},
            "negative": modifiers.negative,
            "suspicious": modifiers.suspicious,
            "other": modifiers.other_finding,
            "incomplete": modifiers.incomplete.name if modifiers.incomplete else None,
            "impression": answers.impression,
        }
    )


def from_text(text: str) -> Answers:
    """What `to_text` made. Raises ValueError for anything else."""
    try:
        told = json.loads(text)
        why = told["incomplete"]
        return Answers(
            Guide[told["guide"]],
            _said(told["patient"]),
            {str(name): _said(said) for name, said in told["nodules"].items()},
            Modifiers(
                bool(told["negative"]),
                bool(told["suspicious"]),
                bool(told["other"]),
                Incomplete[why] if why else None,
            ),
            str(told["impression"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, InputError) as error:
        raise ValueError(f"not answers that were kept here ({type(error).__name__})") from error


def _plain(said: Said) -> dict[str, Any]:
    known = {q.id: _value(q.answer(said)) for q in QUESTIONS if q.answer(said) is not None}
    return {**known, "text": said.text, "category": said.category}


def _value(answer: Any) -> Any:
    return answer.name if isinstance(answer, enum.Enum) else answer


def _said(told: Mapping[str, Any]) -> Said:
    said = Said(text=str(told["text"]), category=str(told["category"]))
    for question in QUESTIONS:
        if question.id in told:
            said = question.answered(said, _answer(question, told[question.id]))
    return said


def _answer(question: Question, plain: Any) -> Any:
    if not question.choices:
        return float(plain) if question.name != "count" else int(plain)
    return {_value(value): value for value, _ in question.choices}[plain]
