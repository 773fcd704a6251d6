"""What an answer comes to in a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from lungview.image.slice import Instance
from lungview.nodules import suspicion
from lungview.nodules.answer import Answer, Located
from lungview.nodules.finding import Finding, Source, Status
from lungview.nodules.suspicion import Suspicion

SLICES = tuple(Instance(Path(f"{k}.dcm")) for k in range(4))


def found(first: int, last: int, score: float, called: bool | None) -> Located:
    finding = Finding((first, last), Source.MODEL, Status.PROPOSED, score=score)
    return Located(finding, first, (0.0, 0.0, 1.0, 1.0), called)


def answer(*findings: Located) -> Answer:
    return Answer(SLICES, "m@1", findings=findings, slice_scores=((0, 0.1), (1, 0.8), (2, 0.7), (3, 0.2)))


def test_a_series_counts_what_is_called_and_takes_the_worst_score():
    told = suspicion.of_answer(answer(found(1, 2, 0.8, True), found(3, 3, 0.2, False)))
    assert told == Suspicion(1, 0.8)


def test_where_no_call_was_measured_every_candidate_counts():
    assert suspicion.of_answer(answer(found(1, 2, 0.8, None), found(3, 3, 0.2, None))) == Suspicion(2, 0.8)


def test_nothing_found_is_no_suspicion_and_no_answer_is_none():
    assert suspicion.of_answer(answer()) == Suspicion(0, 0.0)
    assert suspicion.of_answer(Answer(SLICES, reasons=("no lungs",))) is None


@pytest.mark.parametrize(("index", "expected"), [(0, (0, 0.1)), (1, (1, 0.8)), (2, (1, 0.7)), (3, (0, 0.2))])
def test_a_slice_has_its_own_score_and_the_called_findings_that_lie_on_it(index, expected):
    told = suspicion.by_slice(answer(found(1, 2, 0.8, True), found(3, 3, 0.2, False)))
    assert told[index] == Suspicion(*expected)
