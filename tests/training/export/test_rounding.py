"""Weights in 8 bits: nearest steps, and steps chosen for what the layer sees."""

import numpy as np
import pytest

pytest.importorskip("keras")

from lungview.training.export import rounding


def _layer(seed: int, outputs: int = 24, inputs: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Weights, and inputs that go together as those of real layers do: 40 causes behind 300 values."""
    rng = np.random.default_rng(seed)
    seen = np.maximum(rng.normal(size=(4000, 40)) @ rng.normal(size=(40, inputs)), 0)
    return rng.normal(size=(outputs, inputs)).astype(np.float32), seen.astype(np.float32)


def _error(weights: np.ndarray, step: np.ndarray, q: np.ndarray, x: np.ndarray) -> float:
    """Mean square of what rounding changes in the outputs."""
    return float(np.square(x @ (weights - q * step[:, None]).T).mean())


def test_the_largest_weight_of_an_output_is_127_steps() -> None:
    weights = np.array([[1.0, -2.54, 0.5], [0.0, 0.0, 0.0]], np.float32)
    step = rounding.steps(weights)
    np.testing.assert_allclose(step, [0.02, 1.0], rtol=1e-6)
    assert rounding.rounded(weights, step).tolist() == [[50, -127, 25], [0, 0, 0]]


def test_outputs_change_three_times_less_than_with_nearest_steps_on_other_inputs() -> None:
    weights, x = _layer(0)
    step = rounding.steps(weights)
    chosen = rounding.rounded(weights, step, x[:2000].T @ x[:2000] / 2000)
    nearest = rounding.rounded(weights, step)
    assert _error(weights, step, chosen, x[2000:]) < _error(weights, step, nearest, x[2000:]) / 3


def test_no_single_change_of_a_step_makes_the_outputs_better_where_inputs_do_not_go_together() -> None:
    """Then the nearest step is the best one, and the two must agree."""
    weights, _ = _layer(1, inputs=200)
    step = rounding.steps(weights)
    strengths = np.random.default_rng(2).uniform(0.1, 5, 200)
    assert (
        rounding.rounded(weights, step, np.diag(strengths)).tolist()
        == rounding.rounded(weights, step).tolist()
    )


def test_a_layer_that_saw_only_zeros_is_rounded_to_nearest() -> None:
    weights, _ = _layer(3)
    step = rounding.steps(weights)
    dark = rounding.rounded(weights, step, np.zeros((300, 300), np.float32))
    assert dark.tolist() == rounding.rounded(weights, step).tolist()


def test_the_answer_is_that_of_gptq_worked_column_by_column() -> None:
    """Frantar et al. 2023, algorithm 1, with the full inverse and no blocks."""
    weights, x = _layer(4, outputs=3, inputs=150)
    seen = x.T @ x / len(x)
    step = rounding.steps(weights)
    damped = seen + rounding.DAMPING * np.trace(seen) / 150 * np.eye(150)
    order = np.argsort(np.diag(seen))[::-1]
    w, expected = weights[:, order].astype(float), np.zeros((3, 150))
    inverse = np.linalg.inv(damped[np.ix_(order, order)].astype(float))
    for j in range(150):
        expected[:, j] = np.clip(np.rint(w[:, j] / step), -127, 127)
        error = (w[:, j] - expected[:, j] * step) / inverse[0, 0]
        w[:, j + 1 :] -= np.outer(error, inverse[0, 1:])
        inverse = (inverse - np.outer(inverse[:, 0], inverse[0]) / inverse[0, 0])[1:, 1:]
    found = rounding.rounded(weights, step, seen)[:, order]
    assert (found == expected).mean() > 0.99  # float32 against float64: a tie may fall the other way
