"""Cross-validation by group on a few dozen pictures: whole, killed, taken up, measured."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.tensorflow
keras = pytest.importorskip("keras")
sklearn = pytest.importorskip("sklearn.metrics")

from lungview import cli
from lungview.errors import InputError
from lungview.training import architectures, folds
from lungview.training.architectures.architecture import Architecture, classifier
from lungview.training.data.split import of_fold
from lungview.training.learn import config, fit
from lungview.training.learn.config import Config
from lungview.training.learn.run_folder import RunFolder

FOLDS = 3
TOML = """
id = "blobs"
name = "Blobs"
task = "nodule"
architecture = "tiny"
size = 32
epochs = 2
batch = 8
rate = 2e-3
preparation = "whole"
ema = 0.0
[[sources]]
data = "pictures"
"""


def _table(root: Path, groups: int) -> None:
    """Two pictures of one nodule a group; malignant ones are larger, every third has no diameter."""
    rng = np.random.default_rng(0)
    root.mkdir(parents=True)
    lines = [("path", "class", "exam_id", "nodule_id", "diameter_mm")]
    for g in range(groups):
        malignant = g % 2 == 1
        radius = int(rng.integers(5, 11) + 3 * malignant)
        for i in range(2):
            grey = rng.integers(0, 40, (32, 32)).astype(np.uint8)
            cv2.circle(grey, (16, 16), radius, 180, -1)
            cv2.imwrite(str(root / f"{g}_{i}.png"), grey)
            kind = "malignant" if malignant else "benign"
            lines.append((f"{g}_{i}.png", kind, f"e{g}", "1", "" if g % 3 == 0 else str(2.0 * radius)))
    with (root / "index.csv").open("w", newline="") as file:
        csv.writer(file).writerows(lines)


@pytest.fixture(scope="module", autouse=True)
def _tiny() -> Iterator[None]:
    """One convolution: four trainings in seconds."""

    def build(shape: tuple[int, int, int], classes: int, _weights: str | None) -> keras.Model:
        image = keras.Input(shape)
        seen = keras.layers.Conv2D(8, 5, strides=4, activation="relu")(image)
        return keras.Model(image, classifier(seen, classes))

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(architectures.ARCHITECTURES, "tiny", Architecture("tiny", build, "-1..1", 32, False))
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    _table(root / "pictures", 24)
    (root / "run.toml").write_text(TOML)
    return root


def _config(data: Path) -> Config:
    return config.read(data / "run.toml")


def _command(data: Path, out: Path, count: int = FOLDS) -> list[str]:
    command = ["train", "--config", str(data / "run.toml"), "--root", str(data)]
    return [*command, "--out", str(out), "--folds", str(count)]


class Killed(Exception):
    pass


@pytest.fixture(scope="module")
def done(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], list[int]]:
    """A cross-validation that was killed in its second fold and taken up; the epochs trained after that."""
    out, blobs = tmp_path_factory.mktemp("out"), _config(data)

    def kill(epoch: int, *_: float) -> None:
        if (out / "fold2/last.npz").exists() and epoch == 1:
            raise Killed

    first = []
    with pytest.raises(Killed):
        first.extend(folds.cross_validate(blobs, FOLDS, out, data, kill))
    kept = (out / "fold1/best.npz").stat().st_mtime_ns
    seen: list[str] = []
    found: list[folds.Fold] = []

    def note(epoch: int, *_: float) -> None:
        seen.append(f"{len(found) + 1} {epoch}")

    for fold in folds.cross_validate(blobs, FOLDS, out, data, note):
        found.append(fold)
    folds.pooled(blobs, found, out, draws=50)
    assert (out / "fold1/best.npz").stat().st_mtime_ns == kept
    return out, seen, [f.number for f in found]


def _rows(out: Path) -> list[dict[str, str]]:
    with (out / "folds.csv").open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


Pictures = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30)), min_size=1, max_size=80)


@given(Pictures, st.integers(2, 6))
def test_every_picture_is_tested_once_and_the_parts_of_a_fold_share_no_group(
    pictures: Sequence[tuple[str, int]], count: int
) -> None:
    labels, groups = [c for c, _ in pictures], [str(g) for _, g in pictures]
    parts = [of_fold(labels, groups, fold, count) for fold in range(1, count + 1)]
    assert all(sum(p[i] == "test" for p in parts) == 1 for i in range(len(pictures)))
    for of_one in parts:
        assert len(set(zip(groups, of_one, strict=True))) == len(set(groups))


def test_a_tenth_to_a_fifth_of_what_is_not_tested_validates(data: Path) -> None:
    whole = fit.samples_of(_config(data), data)
    for fold in (1, 2, 3):
        counts = Counter(folds.in_fold(whole, fold, FOLDS, 1).splits.tolist())
        assert counts["test"] == 16
        assert 0.1 <= counts["valid"] / (counts["valid"] + counts["train"]) <= 0.2


def test_a_killed_cross_validation_goes_on_and_trains_no_finished_fold_again(
    done: tuple[Path, list[str], list[int]],
) -> None:
    _, seen, numbers = done
    assert numbers == [1, 2, 3]
    # Of fold 2 the second epoch was missing, of fold 3 both.
    assert sorted(set(seen)) == ["2 1", "3 0", "3 1"]


def test_a_fold_killed_before_it_answered_answers_without_training(
    data: Path, done: tuple[Path, list[str], list[int]]
) -> None:
    kept = RunFolder(done[0] / "fold3").answers()
    (done[0] / "fold3/answers.npz").unlink()
    seen: list[float] = []
    *_, last = folds.cross_validate(_config(data), FOLDS, done[0], data, lambda *a: seen.extend(a))
    assert not seen
    assert kept is not None
    np.testing.assert_allclose(last.probabilities, kept[0], atol=1e-6)


def test_a_fold_s_configuration_says_what_it_tested(
    data: Path, done: tuple[Path, list[str], list[int]]
) -> None:
    out, *_ = done
    again = fit.samples_of(RunFolder(out / "fold2").config(), data).part("test").paths
    assert sorted(again) == sorted(r["path"] for r in _rows(out) if r["fold"] == "2")


def test_the_table_has_every_picture_once_with_its_extra_columns(
    data: Path, done: tuple[Path, list[str], list[int]]
) -> None:
    rows = _rows(done[0])
    assert sorted(r["path"] for r in rows) == sorted(p.name for p in (data / "pictures").glob("*.png"))
    assert {r["nodule_id"] for r in rows} == {"1"}
    assert len({(r["group"], r["fold"]) for r in rows}) == len({r["group"] for r in rows}) == 24


def test_pooled_figures_are_scikit_learn_s_of_the_table(done: tuple[Path, list[str], list[int]]) -> None:
    rows, found = _rows(done[0]), json.loads((done[0] / "folds.json").read_text())
    truth = np.array([r["class"] == "malignant" for r in rows])
    said = np.array([float(r["p_malignant"]) for r in rows])
    assert found["n"] == 48
    assert found["accuracy"] == pytest.approx(sklearn.accuracy_score(truth, said > 0.5), abs=1e-4)
    assert found["macro_f1"] == pytest.approx(sklearn.f1_score(truth, said > 0.5, average="macro"), abs=1e-4)
    assert found["auc"] == pytest.approx(sklearn.roc_auc_score(truth, said), abs=1e-4)
    assert all(low <= high for low, high in found["ci95"].values())


def test_figures_by_nodule_are_of_mean_probabilities_and_of_known_diameters(
    done: tuple[Path, list[str], list[int]],
) -> None:
    rows = sorted(_rows(done[0]), key=lambda r: r["group"])
    found = json.loads((done[0] / "folds.json").read_text())["per_nodule"]
    truth = np.array([r["class"] == "malignant" for r in rows[::2]])
    mean = np.array([float(r["p_malignant"]) for r in rows]).reshape(-1, 2).mean(axis=1)
    known = np.array([r["diameter_mm"] != "" for r in rows[::2]])
    diameters = [float(r["diameter_mm"]) for r in rows[::2] if r["diameter_mm"]]
    assert (found["n"], found["n_diameter_known"]) == (24, 16)
    assert found["auc"] == pytest.approx(sklearn.roc_auc_score(truth, mean), abs=1e-4)
    for name, scores in (("auc_where_diameter_known", mean[known]), ("auc_diameter_alone", diameters)):
        assert found[name] == pytest.approx(sklearn.roc_auc_score(truth[known], scores), abs=1e-4)
    assert set(found["ci95"]) == {"auc", "auc_where_diameter_known", "auc_diameter_alone"}


def test_a_finished_cross_validation_prints_a_line_a_fold_and_the_figures(
    data: Path, done: tuple[Path, list[str], list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(_command(data, done[0])) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == ["fold 1", "fold 2", "fold 3", "blobs"]
    assert sum(line.startswith("  auc ") for line in lines) == 2  # of pictures, of nodules


def test_other_data_under_a_finished_fold_is_refused(
    data: Path, done: tuple[Path, list[str], list[int]], tmp_path: Path
) -> None:
    _table(tmp_path / "pictures", 26)
    with pytest.raises(InputError, match="the data has changed"):
        list(folds.cross_validate(_config(data), FOLDS, done[0], tmp_path))


@pytest.mark.parametrize("count", [0, 1, 25])
def test_a_number_of_folds_that_cannot_be_is_one_sentence(
    count: int, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(_command(data, tmp_path / "out", count)) == 1
    error = capsys.readouterr().err
    assert f"2 to 24, the number of groups, not {count}" in error
    assert error.count("\n") == 1
