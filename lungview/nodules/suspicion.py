"""What an answer comes to in a table: how many findings are called, and how high the worst of them scores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lungview.nodules.answer import Answer, Located


@dataclass(frozen=True, slots=True)
class Suspicion:
    """findings: called; all candidates where the model's card has not measured its call.

    score: the highest one, in [0, 1]; it orders series and slices, and is no probability.
    """

    findings: int
    score: float


def of_answer(answer: Answer) -> Suspicion | None:
    """Of a whole series, or of a picture; None where there is no answer."""
    if not answer.suitable:
        return None
    highest = max((f.finding.score or 0.0 for f in answer.findings), default=0.0)
    return Suspicion(_called(answer.findings), highest)


def by_slice(answer: Answer) -> dict[int, Suspicion]:
    """Of each slice that was looked at, by its place in the series' order."""
    return {
        index: Suspicion(_called(f for f in answer.findings if _lies_on(f, index)), score)
        for index, score in answer.slice_scores
    }


def _called(findings: Iterable[Located]) -> int:
    return sum(f.called is not False for f in findings)


def _lies_on(found: Located, index: int) -> bool:
    first, last = found.finding.slices
    return first <= index <= last
