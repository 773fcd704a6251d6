"""Series mode: a curve, a rule stated in words, and an end at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.classify.case import Case, Prediction, Seconds, Suitability, Verdict
from lungview.classify.classify import classify
from lungview.classify.series import SlicePoint, answer, classify_series, positions
from lungview.errors import DamagedFile
from lungview.image import readers
from lungview.image.phantom import Thorax, write_series
from lungview.image.slice import Instance
from lungview.model.input import Box


def point(index: int, malignant: float | None, verdict: Verdict = Verdict.CALLED) -> SlicePoint:
    instance = Instance(Path(f"{index}.dcm"))
    if malignant is None:
        return SlicePoint(index, Case(instance, error=DamagedFile("damaged")))
    prediction = Prediction(
        keys=("bright", "dark", "plain"),
        probabilities=(malignant, 0.0, 1 - malignant),
        cams=np.zeros((3, 1, 1), np.float32),
        box=Box(0, 0, 1, 1),
        label="bright",
        verdict=verdict,
        suitability=Suitability(verdict is not Verdict.NOT_SUITABLE, 0, 1),
        model="m@1",
        sha256="",
        seconds=Seconds(),
        seen=np.zeros((1, 1), np.uint8),
    )
    return SlicePoint(index, Case(instance, prediction))


@pytest.mark.parametrize(
    ("count", "step", "expected"),
    [
        (0, 1, []),
        (1, 5, [0]),
        (5, 1, [0, 1, 2, 3, 4]),
        (5, 2, [0, 2, 4]),
        (6, 4, [0, 4, 5]),
        (3, 0, [0, 1, 2]),
    ],
)
def test_every_nth_slice_and_the_last(count, step, expected):
    assert positions(count, step) == expected


@pytest.mark.parametrize(
    ("curve", "suspicious"),
    [
        ([0.1, 0.9, 0.9, 0.9, 0.1], True),
        ([0.9, 0.1, 0.9, 0.1, 0.9], False),
        ([0.9, 0.9, 0.1, 0.9, 0.9], False),
        ([0.9, 0.9], True),
        ([0.9, 0.1], False),
        ([0.5, 0.5, 0.5], True),
    ],
)
def test_three_neighbours_at_the_operating_point_make_a_series_suspicious(tiny, curve, suspicious):
    found = answer([point(i, p) for i, p in enumerate(curve)], tiny.card)
    assert found.suspicious is suspicious


def test_refused_and_damaged_slices_are_passed_over(tiny):
    points = [
        point(0, 0.9),
        point(1, 1.0, Verdict.NOT_SUITABLE),
        point(2, 0.9),
        point(3, None),
        point(4, 0.9),
    ]
    found = answer(points, tiny.card)
    assert found.suspicious is True
    assert "3 of 3 judged slices" in found.sentence


def test_without_a_suitable_slice_there_is_no_word_about_the_series(tiny):
    found = answer([point(0, 0.9, Verdict.NOT_SUITABLE), point(1, None)], tiny.card)
    assert found.suspicious is None
    assert found.at is None
    assert found.sentence == "No slice was suitable for this model."


@pytest.mark.parametrize(("judged", "word"), [(3, False), (4, True), (12, True)])
def test_of_a_series_that_is_mostly_refused_there_is_no_word(tiny, judged, word):
    """Three of twelve judged and low: not a clear series, one that the model does not know."""
    points = [point(i, 0.1, Verdict.CALLED if i < judged else Verdict.NOT_SUITABLE) for i in range(12)]
    found = answer(points, tiny.card)
    assert (found.suspicious is False) is word
    assert (found.at is not None) is word
    if not word:
        assert found.sentence == "No word about the series: the model can judge only 3 of 12 slices."


def test_neighbours_without_a_call_leave_the_series_without_one(tiny):
    band = [point(i, 0.2, Verdict.UNCERTAIN if i in (1, 2, 3) else Verdict.CALLED) for i in range(6)]
    found = answer(band, tiny.card)
    assert found.suspicious is None
    assert found.sentence.startswith("Uncertain: the longest run without a call below 0.50 is 3 of 6 judged")
    assert found.at == 0
    apart = [point(i, 0.2, Verdict.UNCERTAIN if i in (0, 2, 4) else Verdict.CALLED) for i in range(6)]
    assert answer(apart, tiny.card).suspicious is False


def test_a_run_at_the_operating_point_is_suspicious_certain_or_not(tiny):
    assert answer([point(i, 0.6, Verdict.UNCERTAIN) for i in range(4)], tiny.card).suspicious is True


def test_the_slice_to_look_at_first_is_the_highest(tiny):
    found = answer([point(3, 0.2), point(6, 0.7), point(9, 0.4)], tiny.card)
    assert found.at == found.shown.index == 6
    assert "0.70 at slice 7" in found.sentence


def test_without_one_the_middle_of_those_looked_at_is_shown(tiny):
    """With its own case: the picture and what is said of it are of the same slice."""
    points = [point(i, 0.1, Verdict.NOT_SUITABLE) for i in (0, 4, 8, 9)]
    found = answer(points, tiny.card)
    assert found.at is None
    assert found.shown is points[2]


def test_the_rule_is_stated_with_the_cards_operating_point(tiny):
    assert "3 neighbouring judged slices reach the operating point 0.50" in answer([], tiny.card).rule


def test_the_curve_is_what_each_slice_gives_alone(tiny, tmp_path):
    files = write_series(tmp_path, Thorax(slices=4, matrix=128))
    instances = [readers.read_header(f).instances[0] for f in files]
    found = classify_series(instances, tiny, step=2)
    assert [p.index for p in found.points] == [0, 2, 3]
    for each in found.points:
        alone = classify(files[each.index], tiny).prediction
        assert each.case.prediction.probabilities == alone.probabilities


def test_a_cancelled_series_ends_before_the_next_slice(tiny, tmp_path):
    files = write_series(tmp_path, Thorax(slices=4, matrix=128))
    instances = [readers.read_header(f).instances[0] for f in files]
    done: list[int] = []
    found = classify_series(
        instances, tiny, on_point=lambda p: done.append(p.index), cancelled=lambda: len(done) == 2
    )
    assert done == [0, 1]
    assert len(found.points) == 2


def test_a_slice_that_cannot_be_read_is_a_point_with_its_error(tiny, tmp_path):
    files = write_series(tmp_path, Thorax(slices=3, matrix=128))
    instances = [readers.read_header(f).instances[0] for f in files]
    instances[1] = replace(instances[1], path=tmp_path / "gone.dcm")
    found = classify_series(instances, tiny)
    assert [p.case.error is not None for p in found.points] == [False, True, False]
