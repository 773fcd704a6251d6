"""Expected numbers: worked by hand, published tables, and counting pairs."""

from pathlib import Path

import numpy as np
import pytest

from lungview.classify.acceptance import auc, calibration, compare, read_labels, roc
from lungview.classify.case import Case, Verdict
from lungview.errors import DamagedFile, InputError
from lungview.image.slice import Instance
from lungview.intervals import wilson
from tests.report.conftest import make_card, make_prediction

KEYS = ("adenocarcinoma", "large_cell", "squamous_cell", "normal")


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    # Newcombe 1998, table I, method 3 (Wilson score).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share_is_wilsons(right: int, total: int, low: float, high: float) -> None:
    assert wilson(right / total, total) == pytest.approx((low, high), abs=1e-4)


def test_the_area_is_the_share_of_pairs_in_order_ties_counted_half() -> None:
    rng = np.random.default_rng(3)
    truths = rng.random(200) < 0.4
    scores = np.round(rng.random(200) * 0.6 + truths * 0.3, 1)
    pairs = [(a > b) + 0.5 * (a == b) for a in scores[truths] for b in scores[~truths]]
    assert auc(scores, truths)[0] == pytest.approx(np.mean(pairs))
    points = np.asarray(roc(scores, truths))
    assert np.trapezoid(points[:, 1], points[:, 0]) == pytest.approx(np.mean(pairs))


def test_the_interval_of_the_area_is_delongs() -> None:
    """Four against three: V10 = 1, 1, 2/3, 1/3 and V01 = 1/4, 1, 1, worked by hand."""
    truths = np.array([1, 1, 1, 1, 0, 0, 0], dtype=bool)
    scores = np.array([0.9, 0.8, 0.5, 0.3, 0.7, 0.2, 0.4])
    area, (low, high) = auc(scores, truths)
    assert area == pytest.approx(9 / 12)
    variance = np.var([1, 1, 2 / 3, 1 / 3], ddof=1) / 4 + np.var([2 / 4, 1, 3 / 4], ddof=1) / 3
    assert (low, high) == pytest.approx((0.75 - 1.959964 * variance**0.5, 1.0), abs=1e-5)


def test_with_one_kind_only_there_is_no_curve() -> None:
    assert roc(np.array([0.1, 0.9]), np.array([True, True])) == ()
    assert np.isnan(auc(np.array([0.1]), np.array([True]))[0])


def test_calibration_gives_mean_and_share_of_each_bin() -> None:
    found = calibration(np.array([0.05, 0.15, 0.12, 1.0]), np.array([0, 1, 0, 1], dtype=bool))
    assert found == ((0.05, 0.0, 1), (pytest.approx(0.135), 0.5, 2), (1.0, 1.0, 1))


def case(name: str, label: str, malignant: float, verdict: Verdict = Verdict.CALLED) -> Case:
    probabilities = (malignant, 0.0, 0.0, 1 - malignant)
    found = make_prediction(label=label, probabilities=probabilities, verdict=verdict)
    return Case(Instance(Path(f"/data/{name}")), found)


def test_calls_labels_and_those_without_either_are_counted() -> None:
    cases = [
        case("a/1.png", "adenocarcinoma", 0.9),
        case("a/2.png", "normal", 0.1),
        case("n/3.png", "normal", 0.2),
        case("n/4.png", "adenocarcinoma", 0.55, Verdict.UNCERTAIN),
        case("n/5.png", "normal", 0.3),
        Case(Instance(Path("/data/n/6.png")), error=DamagedFile("cut")),
    ]
    labels = {
        "a/1.png": "adenocarcinoma",
        "a/2.png": "adenocarcinoma",
        "n/3.png": "normal",
        "n/4.png": "normal",
        "n/6.png": "normal",
        "x/9.png": "normal",
    }
    found = compare(cases, labels, make_card())
    assert found.confusion.tolist() == [[1, 0, 0, 1, 0], [0] * 5, [0] * 5, [0, 0, 0, 1, 2]]
    assert (found.accuracy.right, found.accuracy.total) == (2, 3)
    assert (found.sensitivity.right, found.sensitivity.total) == (1, 2)
    assert (found.specificity.right, found.specificity.total) == (1, 2)
    assert (found.unlabelled, found.unmatched, found.not_judged) == (1, 1, 1)
    assert found.auc == pytest.approx(0.5)


def test_labels_that_fit_no_file_are_refused() -> None:
    with pytest.raises(InputError, match="no file of the batch has a label"):
        compare([case("a.png", "normal", 0.1)], {"b.png": "normal"}, make_card())


def test_an_equal_end_of_a_name_is_not_the_same_file() -> None:
    with pytest.raises(InputError):
        compare([case("aa.png", "normal", 0.1)], {"a.png": "normal"}, make_card())


def test_labels_may_be_keys_or_words(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("\ufeffpath,label\na.png,normal\nb.png,Large cell carcinoma\n", "utf-8")
    assert read_labels(tmp_path / "l.csv", make_card()) == {"a.png": "normal", "b.png": "large_cell"}


def test_a_path_that_was_made_inert_is_the_path_again(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("path,label\n'=1/a.png,normal\n", "utf-8")
    assert read_labels(tmp_path / "l.csv", make_card()) == {"=1/a.png": "normal"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,class\na,b\n", "expected the columns path and label"),
        ("path,label\na.png,normal\nb.png,healthy\n", "line 3: expected one of .*, found 'healthy'"),
    ],
)
def test_a_wrong_table_of_labels_says_where(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "l.csv").write_text(text)
    with pytest.raises(InputError, match=said):
        read_labels(tmp_path / "l.csv", make_card())


def test_every_figure_is_scikit_learns_and_scipys() -> None:
    """180 cases of a poor model, ties among them, through the comparison as a site runs it."""
    sklearn = pytest.importorskip("sklearn.metrics", reason="the extra `train` is absent")
    curve = pytest.importorskip("sklearn.calibration").calibration_curve
    scipy = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(11)
    card = make_card()
    truths = rng.choice(KEYS, 180, p=(0.3, 0.1, 0.2, 0.4))
    # Beside the edges of bins: on them scikit-learn counts a value to the bin below.
    scores = np.round(np.clip(rng.normal(0.45 + 0.25 * (truths != "normal"), 0.22), 0, 0.99), 2) + 0.003
    calls = np.where(scores >= 0.5, rng.choice(KEYS[:3], 180), "normal")
    cases = [case(f"{i}.png", c, s) for i, (c, s) in enumerate(zip(calls, scores, strict=True))]
    found = compare(cases, {f"{i}.png": t for i, t in enumerate(truths)}, card)
    malignant = truths != "normal"

    assert (found.confusion[:, :-1] == sklearn.confusion_matrix(truths, calls, labels=KEYS)).all()
    assert found.accuracy.value == pytest.approx(sklearn.accuracy_score(truths, calls))
    assert found.auc == pytest.approx(sklearn.roc_auc_score(malignant, scores))
    x, y, _ = sklearn.roc_curve(malignant, scores, drop_intermediate=False)
    assert np.asarray(found.roc) == pytest.approx(np.column_stack([x, y]))
    called = scores >= card.operating_point.threshold
    assert found.sensitivity.value == pytest.approx(sklearn.recall_score(malignant, called))
    assert found.specificity.value == pytest.approx(sklearn.recall_score(~malignant, ~called))
    for share in (found.sensitivity, found.specificity, found.accuracy):
        exact = scipy.binomtest(share.right, share.total).proportion_ci(0.95, method="wilson")
        assert share.interval == pytest.approx((exact.low, exact.high))
    shares, means = curve(malignant, scores, n_bins=10)
    assert [mean for mean, _, _ in found.calibration] == pytest.approx(means)
    assert [share for _, share, _ in found.calibration] == pytest.approx(shares)
    assert sum(n for _, _, n in found.calibration) == 180


def test_delongs_interval_is_the_bootstraps() -> None:
    rng = np.random.default_rng(5)
    truths = np.arange(400) < 150
    scores = rng.normal(truths * 1.0, 1.0)
    area, (low, high) = auc(scores, truths)
    picked = [np.r_[rng.integers(0, 150, 150), rng.integers(150, 400, 250)] for _ in range(2000)]
    again = [auc(scores[p], truths[p])[0] for p in picked]
    assert (low, high) == pytest.approx(tuple(np.quantile(again, (0.025, 0.975))), abs=0.01)
    assert low < area < high
