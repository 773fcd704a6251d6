"""Figures of the findings network, on answers whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest

from lungview.model.card import OperatingPoint, SmallPoint
from lungview.nodules.detector.candidate import Candidate
from lungview.training.findings.measuring import crops, measure, sizes
from lungview.training.findings.samples.lidc import Nodule
from lungview.training.findings.samples.sample import NODULE, Sample
from lungview.training.findings.samples.scans import Scan

BOX = (10.0, 20.0, 30.0, 40.0)


def candidate(row: float, column: float, score: float, first: int = 0, last: int = 9) -> Candidate:
    return Candidate(first, row, column, score, score, 1.0, first, last, (0, 0, 1, 1), ())


def answer(scores, tumour, candidates=(), best=None) -> measure.Answer:
    scan = Scan(
        "P", "cancer", np.zeros((len(scores), 4, 4), np.int16), (2.0, 1.0, 1.0), dict.fromkeys(tumour, BOX)
    )
    lung = np.ones(len(scores), bool)
    return measure.Answer(scan, np.array(scores), lung, tuple(candidates), best or {})


def test_a_patient_s_auc_is_the_share_of_pairs_in_order():
    found = answer([0.1, 0.5, 0.4, 0.3], {1, 3})
    assert measure.within_patient(found) == pytest.approx(3 / 4)


def test_the_rank_is_that_of_the_first_candidate_in_a_box_on_a_slice_of_the_tumour():
    elsewhere, wrong_slice = candidate(80, 80, 0.9), candidate(30, 20, 0.8, first=7, last=9)
    right = candidate(30, 20, 0.7, first=0, last=2)
    assert measure.rank(answer([0.5] * 10, {1, 2}, [elsewhere, wrong_slice, right])) == 3
    assert measure.rank(answer([0.5] * 10, {1, 2}, [elsewhere])) == 0


@pytest.mark.parametrize(
    ("row", "column", "inside"), [(30, 20, True), (44.9, 20, True), (45.1, 20, False), (30, 4.9, False)]
)
def test_a_place_within_5_mm_of_a_box_is_in_it(row, column, inside):
    assert measure.in_box(candidate(row, column, 1), BOX, (2.0, 1.0, 1.0)) is inside


def test_at_the_threshold_that_finds_80_percent_of_tumour_slices_other_slices_are_counted():
    scores = [0.9, 0.8, 0.7, 0.6, 0.1, 0.65, 0.2, 0.3, 0.05, 0.5]
    found = answer(scores, {0, 1, 2, 3, 4}, [candidate(30, 20, 0.9), candidate(90, 90, 0.2)])
    result = measure.figures([found])
    assert result["threshold"] == pytest.approx(0.5)
    assert result["called"]["P"] == {"slices": 0.4, "candidates": 1}
    assert result["tumour_slices"] == 5


def test_sensitivity_is_read_where_the_false_candidates_are_as_many_as_allowed():
    found = [
        crops.Marked("a", 0.9, (0.8,)),
        crops.Marked("a", 0.5, (0.6, 0.1)),
        crops.Marked("b", 0.7, ()),
        crops.Marked("b", None, (0.4,)),
    ]
    assert crops.sensitivity(found, 0.25) == pytest.approx(2 / 3)
    assert crops.sensitivity(found, 1.0) == pytest.approx(1.0)


def one(diameter: float, thickness: float, score: float, patient: str = "a") -> sizes.Scored:
    return sizes.Scored(patient, diameter, thickness, ((0.05, 9.0), (score, 12.0)))


def test_the_share_that_is_called_is_told_by_size_and_thickness():
    found = [
        one(12, 1.25, 0.5),
        one(19, 1.5, 0.4, "b"),
        one(20, 1.25, 0.9),
        one(5, 3.0, 0.1),
        one(5, 5.0, 0.9),
    ]
    rows = sizes.by_size(found, OperatingPoint(0.45))
    assert [(r["thickness_mm"], r["size_mm"], r["n"], r["sensitivity"]) for r in rows] == [
        ([0.0, 1.5], [10.0, 20.0], 2, 0.5),
        ([0.0, 1.5], [20.0, 200.0], 1, 1.0),
        ([1.5, 3.0], [4.0, 10.0], 1, 0.0),
    ]


def test_a_small_one_is_called_from_the_small_ones_threshold_on():
    found = [one(8, 1.0, 0.32), one(8, 1.0, 0.28, "b")]
    of = [sizes.by_size(found, OperatingPoint(0.45, small=SmallPoint(mm, 0.3))) for mm in (11.0, 16.0)]
    assert [rows[0]["sensitivity"] for rows in of] == [0.0, 0.5]


def nodule(malignancy: float, sure: bool = True) -> Nodule:
    picture = np.full((40, 40, 3), 30, np.uint8)
    picture[16:24, 16:24] = 200
    labels = np.where(picture[..., 0] > 100, NODULE, 0).astype(np.uint8)
    sample = Sample(picture, labels, 0.9, "lidc", "a", (20.0, 20.0), 3.0 if sure else 0.0)
    return Nodule("a", 6.0, 1.0, malignancy, (sample,))


def brightness(tile: np.ndarray) -> np.ndarray:
    """Maps that call what is bright."""
    return np.repeat((tile[::2, ::2, :1] > 0.6).astype(np.float32), 3, axis=2)


def test_only_nodules_that_half_of_the_readers_marked_and_suspected_count():
    found = sizes.scored([nodule(4.0), nodule(3.0), nodule(4.0, sure=False)], brightness)
    assert len(found) == 1
    ((score, extent),) = found[0].places
    assert score > 0.5
    assert extent == pytest.approx(6.0 * 2 / np.sqrt(np.pi), rel=0.5)  # 8 pixels of 0.75 mm, blurred
