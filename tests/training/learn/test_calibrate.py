"""Temperature, operating point and uncertain band."""

import numpy as np
import pytest

from lungview.training.learn.calibrate import operating_point, softmax, temperature
from lungview.training.measure.metrics import ece


def drawn(n: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax is the true probability, and labels drawn from it."""
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (n, 4))
    p = softmax(logits)
    labels = [rng.choice(4, p=row) for row in p]
    return logits, np.eye(4)[labels]


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_temperature_undoes_logits_that_are_too_steep_or_too_flat(factor: float) -> None:
    logits, targets = drawn()
    assert temperature(logits * factor, targets) == pytest.approx(factor, rel=0.1)


def test_temperature_mends_the_calibration_error() -> None:
    logits, targets = drawn()
    steep = logits * 3
    assert ece(softmax(steep), targets) > 0.15
    assert ece(softmax(steep, temperature(steep, targets)), targets) < 0.03


def test_a_faultless_validation_part_does_not_give_infinite_certainty() -> None:
    logits = np.eye(4)[[0, 1, 2, 3] * 10] * 4.0
    found = softmax(logits, temperature(logits, np.eye(4)[[0, 1, 2, 3] * 10]))
    assert found.max() < 0.999


def test_the_threshold_lies_in_the_middle_of_the_gap() -> None:
    point = operating_point(np.array([0.1, 0.2, 0.6, 0.9]), np.array([False, False, True, True]))
    assert point.threshold == pytest.approx(0.4)


def test_the_uncertain_band_surrounds_the_threshold_and_holds_its_share() -> None:
    rng = np.random.default_rng(0)
    scores, cancer = rng.random(1000), np.zeros(1000, bool)
    cancer[scores + rng.normal(0, 0.2, 1000) > 0.5] = True
    point = operating_point(scores, cancer)
    low, high = point.uncertain
    assert low < point.threshold < high
    assert ((scores >= low) & (scores <= high)).mean() == pytest.approx(0.1, abs=0.01)


def test_one_class_alone_leaves_the_operating_point_at_a_half() -> None:
    assert operating_point(np.array([0.1, 0.9]), np.array([True, True])).threshold == 0.5
