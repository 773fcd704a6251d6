"""The loss of ordinary and partial labels, against numbers by hand."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow
pytest.importorskip("keras")

from lungview.training.learn.loss import label_loss, training_loss

# softmax of these is (0.5, 0.25, 0.125, 0.125)
LOGITS = np.log(np.array([[0.5, 0.25, 0.125, 0.125]], np.float32))


def _loss(target: list[float], smoothing: float = 0.0) -> float:
    return float(label_loss(np.array([target], np.float32), LOGITS, smoothing)[0])


def test_an_ordinary_label_costs_minus_log_of_its_probability() -> None:
    assert _loss([0, 1, 0, 0]) == pytest.approx(np.log(4), rel=1e-5)


def test_a_partial_label_costs_minus_log_of_the_sum_over_what_it_admits() -> None:
    assert _loss([1, 1, 1, 0]) == pytest.approx(-np.log(0.875), rel=1e-5)


def test_a_mixed_label_costs_its_parts() -> None:
    assert _loss([0.5, 0, 0.5, 0]) == pytest.approx(0.5 * np.log(2) + 0.5 * np.log(8), rel=1e-5)


def test_smoothing_gives_every_class_its_share() -> None:
    mean = (np.log(2) + np.log(4) + 2 * np.log(8)) / 4
    assert _loss([1, 0, 0, 0], smoothing=0.2) == pytest.approx(0.8 * np.log(2) + 0.2 * mean, rel=1e-5)


def test_a_teacher_counts_its_share_times_temperature_squared() -> None:
    teacher = [[0.25, 0.25, 0.25, 0.25]]
    targets = np.array([[1, 0, 0, 0, *teacher[0]]], np.float32)
    p = np.sqrt([0.5, 0.25, 0.125, 0.125])  # at temperature 2
    soft = -np.log(p / p.sum()).mean()
    found = float(training_loss(4, 0.0, teacher_share=0.5, temperature=2.0)(targets, LOGITS)[0])
    assert found == pytest.approx(0.5 * np.log(2) + 0.5 * 4 * soft, rel=1e-5)
