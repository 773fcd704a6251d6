"""Figures of merit agree with scikit-learn and with counting by hand."""

import numpy as np
import pytest

from lungview.training.measure import metrics

sklearn = pytest.importorskip("sklearn.metrics", reason="the extra `train` is absent")


@pytest.fixture
def case() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    targets = np.eye(4)[rng.integers(0, 4, 200)]
    probabilities = rng.dirichlet(np.ones(4), 200) * 0.6 + targets * 0.4 * rng.random((200, 1))
    return (probabilities / probabilities.sum(axis=1, keepdims=True)).round(2), targets


def test_f1_precision_and_recall_are_scikit_learn_s(case: tuple[np.ndarray, np.ndarray]) -> None:
    p, t = case
    truth, call = t.argmax(1), p.argmax(1)
    found = metrics.per_class(metrics.confusion(p, t))
    expected = sklearn.precision_recall_fscore_support(truth, call)
    for name, values in zip(("precision", "recall", "f1", "n"), expected, strict=True):
        assert found[name] == pytest.approx(values)
    assert metrics.macro_f1(p, t) == pytest.approx(sklearn.f1_score(truth, call, average="macro"))
    assert metrics.accuracy(p, t) == pytest.approx(sklearn.accuracy_score(truth, call))


def test_the_confusion_matrix_has_labels_in_rows(case: tuple[np.ndarray, np.ndarray]) -> None:
    p, t = case
    expected = sklearn.confusion_matrix(t.argmax(1), p.argmax(1))
    assert metrics.confusion(p, t).tolist() == expected.tolist()


def test_auc_with_ties_is_scikit_learn_s(case: tuple[np.ndarray, np.ndarray]) -> None:
    p, t = case
    assert metrics.auc(p[:, 1], t[:, 1]) == pytest.approx(sklearn.roc_auc_score(t[:, 1], p[:, 1]))
    whole = p / p.sum(axis=1, keepdims=True)
    expected = sklearn.roc_auc_score(t.argmax(1), whole, multi_class="ovr")
    assert metrics.macro_auc(whole, t) == pytest.approx(expected)


def test_auc_of_one_class_is_not_a_number() -> None:
    assert np.isnan(metrics.auc(np.array([0.1, 0.9]), np.array([1, 1])))


def test_ece_of_ninety_percent_certainty_and_half_right_is_forty_points() -> None:
    p = np.tile([0.9, 0.1], (10, 1))
    t = np.eye(2)[[0] * 5 + [1] * 5]
    assert metrics.ece(p, t) == pytest.approx(0.4)


def test_a_partial_label_is_right_for_every_class_it_admits() -> None:
    p = np.array([[0.1, 0.7, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7]])
    t = np.array([[1, 1, 1, 0], [1, 1, 1, 0]])
    assert metrics.right(p, t).tolist() == [True, False]
    assert metrics.confusion(p, t).sum() == 0


def test_rates_at_a_threshold() -> None:
    scores, truth = np.array([0.9, 0.6, 0.4, 0.2]), np.array([1, 1, 1, 0])
    assert metrics.rates(scores, truth, 0.5) == pytest.approx((2 / 3, 1.0))


def test_risk_falls_when_the_least_certain_are_not_called() -> None:
    p = np.array([[0.99, 0.01], [0.9, 0.1], [0.55, 0.45]])
    t = np.eye(2)[[0, 0, 1]]
    curve = metrics.risk_coverage(p, t, p.max(axis=1))
    assert curve.tolist() == [[1 / 3, 0], [2 / 3, 0], [1, 1 / 3]]


def test_intervals_are_wider_when_pictures_of_one_group_agree() -> None:
    hits = np.repeat([1.0, 0.0, 1.0, 1.0, 0.0] * 4, 10)

    def metric(index: np.ndarray) -> dict[str, float]:
        return {"a": float(hits[index].mean())}

    alone = metrics.intervals(metric, np.arange(200), draws=300)["a"]
    grouped = metrics.intervals(metric, np.repeat(np.arange(20), 10), draws=300)["a"]
    # Binomial: 1.96 · √(0.6·0.4/200) = 0.068 alone, √10 times that by group.
    assert alone[1] - alone[0] == pytest.approx(2 * 0.068, rel=0.25)
    assert grouped[1] - grouped[0] == pytest.approx(2 * 0.215, rel=0.25)


def test_dice_is_the_f1_score_of_pixels() -> None:
    found, drawn = np.random.default_rng(0).integers(0, 2, (2, 3, 20, 30)).astype(bool)
    assert metrics.dice(found, drawn) == pytest.approx(sklearn.f1_score(drawn.ravel(), found.ravel()))
    assert np.isnan(metrics.dice(found & False, drawn & False))


def test_a_figure_that_is_one_in_every_draw_has_an_interval_of_its_groups() -> None:
    """Wilson of 24 of 24: 24 / (24 + 1.96²) = 0.862; of six groups 6 / (6 + 1.96²) = 0.610."""
    groups = np.arange(24)
    found = metrics.intervals(lambda _: {"a": 1.0, "b": 1.0}, groups, draws=10, sizes={"b": 6})
    assert found["a"] == pytest.approx((0.862, 1.0), abs=5e-4)
    assert found["b"] == pytest.approx((0.610, 1.0), abs=5e-4)


def test_answers_calibrated_perfectly_show_the_error_of_their_binomial() -> None:
    # All in one bin, 0.8 sure: the ECE is |share right − 0.8|, on average √(2 · 0.8 · 0.2 / (π n)).
    p = np.tile([0.2, 0.8], (400, 1))
    mean, low, high = metrics.calibrated_ece(p, np.arange(400))
    assert mean == pytest.approx(np.sqrt(2 * 0.16 / (np.pi * 400)), rel=0.1)
    assert low < 0.002
    assert high == pytest.approx(
        2.2414 * np.sqrt(0.16 / 400), rel=0.12
    )  # of a normal's distance from its mean


def test_slices_that_are_right_or_wrong_together_count_as_one_for_it() -> None:
    p = np.tile([0.2, 0.8], (400, 1))
    one, four = (metrics.calibrated_ece(p, np.arange(400) // size)[0] for size in (1, 4))
    assert four == pytest.approx(2 * one, rel=0.15)


def test_labels_drawn_for_it_follow_every_class() -> None:
    # Of answers that are certain nothing can be drawn but what they say.
    assert metrics.calibrated_ece(np.eye(4)[[0, 1, 2, 3, 3]], np.arange(5)) == (0.0, 0.0, 0.0)
