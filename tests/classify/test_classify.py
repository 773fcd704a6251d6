"""One core for window, command line and batch: an answer or a sentence, never an exception."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.classify import classify as module
from lungview.classify.case import Verdict
from lungview.classify.classify import classify
from lungview.classify.heat import heatmap
from lungview.image.phantom import Thorax, write_pngs, write_series
from lungview.model import registry
from lungview.model.card import Member, combined_sha256
from lungview.model.input import Box
from lungview.model.registry import Entry
from lungview.network import runtime
from tests.classify.conftest import raster

THORAX = Thorax(slices=3, matrix=128)


def square(top: int, left: int, rows: int = 192, columns: int = 192, side: int = 40) -> np.ndarray:
    """What the tiny network was trained on: a noisy grey ground with one bright square."""
    rng = np.random.default_rng(5)
    values = 0.45 + rng.normal(0, 0.02, (rows, columns))
    values[top : top + side, left : left + side] += 0.4
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)


def test_a_slice_gives_calibrated_probabilities_and_a_map_a_class(tiny, chest):
    found = classify(chest, tiny).prediction
    assert found is not None
    assert found.keys == ("bright", "dark", "plain")
    assert sum(found.probabilities) == pytest.approx(1, abs=1e-5)
    assert found.cams.shape[0] == 3
    assert found.cams.min() >= 0
    assert found.cams.max() == 1
    assert found.label == found.keys[int(np.argmax(found.probabilities))]
    assert (found.model, found.sha256) == ("tiny@1.0.0", tiny.card.sha256)


def test_a_file_and_the_slice_read_from_it_give_the_same_answer(tiny, tmp_path):
    from lungview.image import readers

    file = write_series(tmp_path, THORAX)[1]
    by_path, by_slice = classify(file, tiny).prediction, classify(readers.read(file), tiny).prediction
    assert by_path.probabilities == by_slice.probabilities
    assert np.array_equal(by_path.cams, by_slice.cams)
    assert by_path.seconds.read > 0
    assert by_path.seconds.infer > 0


def test_the_case_names_the_instance_that_was_read(tiny, tmp_path):
    file = write_series(tmp_path, THORAX)[1]
    instance = classify(file, tiny).instance
    assert instance.path == file
    assert instance.modality == "CT"
    assert instance.sop_instance_uid


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.png", b"", "DamagedFile"),
        ("notes.txt", b"no picture at all", "UnsupportedFormat"),
        ("cut.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "DamagedFile"),
    ],
)
def test_a_bad_file_becomes_a_case_with_a_sentence(tiny, tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    case = classify(tmp_path / name, tiny)
    assert case.prediction is None
    assert case.error.reason == reason
    assert case.instance.path == tmp_path / name


def test_a_missing_file_becomes_a_case_with_a_sentence(tiny, tmp_path):
    assert classify(tmp_path / "gone.dcm", tiny).error is not None


def test_a_missing_model_file_becomes_a_case_with_a_sentence(tiny, chest, tmp_path):
    runtime.forget()
    assert classify(chest, Entry(tiny.card, tmp_path)).error.reason == "WeightsError"


def test_running_out_of_memory_becomes_a_case_with_a_sentence(tiny, chest, monkeypatch):
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, "prepare", full)
    case = classify(chest, tiny)
    assert case.error.message == "out of memory"
    assert case.error.path == "chest.dcm"


def test_the_gates_refusal_is_the_verdict_and_nothing_of_the_networks_answer_leaves(tiny):
    case = classify(raster(np.zeros((200, 200), np.uint8)), tiny)
    found = case.prediction
    assert found.verdict is Verdict.NOT_SUITABLE
    assert found.suitability.reasons
    assert (found.probabilities, found.label, found.cams.size, case.judged) == ((), "", 0, None)


def test_an_override_gives_a_verdict_and_is_recorded(tiny):
    found = classify(raster(square(60, 60)), tiny, override=True).prediction
    assert found.verdict is not Verdict.NOT_SUITABLE
    assert found.suitability.overridden
    assert not found.suitability.suitable


@pytest.mark.parametrize(("top", "left"), [(10, 10), (10, 140), (140, 10), (75, 75), (140, 140)])
@pytest.mark.parametrize("fit", ["pad", "stretch"])
@pytest.mark.parametrize("shape", [(192, 192), (192, 300), (300, 192)])
def test_a_planted_square_lights_up_where_it_was_planted(tiny, top, left, fit, shape):
    model = Entry(replace(tiny.card, fit=fit), tiny.folder)
    picture = square(top, left, *shape)
    # Padding is black, so a padded picture has a dark region too; the bright class's map must not care.
    found = classify(raster(picture), model, override=True).prediction
    assert inside(heatmap.upsample(found, 0, *shape), top, left) > 0.9


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("flipped", [False, True])
def test_the_map_turns_and_flips_with_the_slice(tiny, turns, flipped):
    mask = np.zeros((192, 260), bool)
    mask[20:60, 190:230] = True
    picture, where = square(20, 190, 192, 260), mask
    if flipped:
        picture, where = picture[:, ::-1], where[:, ::-1]
    picture, where = np.rot90(picture, turns), np.rot90(where, turns)
    found = classify(raster(picture), tiny, override=True).prediction
    values = heatmap.upsample(found, 0, *picture.shape)
    wide = cv_dilate(where)
    assert values[wide].sum() > 0.9 * values.sum()
    assert wide[np.unravel_index(values.argmax(), values.shape)]


def inside(values: np.ndarray, top: int, left: int, side: int = 40, rim: int = 24) -> float:
    """Share of the map within the square and a rim of two cells of the network around it."""
    rows = slice(max(0, top - rim), top + side + rim)
    columns = slice(max(0, left - rim), left + side + rim)
    return float(values[rows, columns].sum() / values.sum())


def cv_dilate(mask: np.ndarray, rim: int = 24) -> np.ndarray:
    import cv2

    return cv2.dilate(mask.astype(np.uint8), np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)) > 0


@pytest.fixture
def pair(tiny, monkeypatch, tmp_path) -> Entry:
    """An ensemble of the tiny network as it is and with its input stretched."""
    first = Entry(replace(tiny.card, id="first"), tiny.folder)
    second = Entry(replace(tiny.card, id="second", fit="stretch"), tiny.folder)
    monkeypatch.setattr(registry, "entries", lambda: (first, second))
    return ensemble_of(tmp_path, first, second)


def ensemble_of(folder: Path, *members: Entry) -> Entry:
    named = tuple(Member(m.card.id, m.card.sha256) for m in members)
    combined = combined_sha256(m.sha256 for m in named)
    return Entry(replace(members[0].card, id="pair", ensemble=named, sha256=combined), folder)


def test_an_ensembles_probabilities_are_the_mean_of_its_members(pair, chest):
    members = [classify(chest, m).prediction.probabilities for m in registry.members(pair)]
    found = classify(chest, pair).prediction
    assert found.probabilities == pytest.approx(np.mean(members, axis=0), abs=1e-6)
    assert found.model == "pair@1.0.0"


def test_an_ensembles_map_lights_the_square_although_its_members_saw_other_boxes(pair):
    found = classify(raster(square(20, 190, 192, 260)), pair, override=True).prediction
    assert inside(heatmap.upsample(found, 0, 192, 260), 20, 190) > 0.9


def test_an_ensemble_refuses_what_all_members_refuse_and_says_it_once(pair):
    found = classify(raster(np.zeros((200, 200), np.uint8)), pair).prediction
    assert found.verdict is Verdict.NOT_SUITABLE
    assert found.suitability.reasons == ("no body fills the picture",)


@pytest.mark.parametrize(("limits", "suitable"), [((0, 9, 9), True), ((0, 0, 9), False), ((0, 9), False)])
def test_an_ensemble_refuses_when_at_least_half_of_its_members_do(
    tiny, chest, monkeypatch, tmp_path, limits, suitable
):
    """limits: of each member's distance, in units of the one that this slice has."""
    distance = classify(chest, tiny).prediction.suitability.score
    members = tuple(
        Entry(replace(tiny.card, id=f"m{i}", ood_threshold=limit * distance + 1e-3), tiny.folder)
        for i, limit in enumerate(limits)
    )
    monkeypatch.setattr(registry, "entries", lambda: members)
    word = classify(chest, ensemble_of(tmp_path, *members)).prediction.suitability
    assert word.suitable is suitable
    assert (word.score <= word.threshold) is suitable
    assert [r.split(":")[0] for r in word.reasons] == [] if suitable else ["m0", "m1"][: limits.count(0)]


def test_a_box_outside_the_slice_becomes_a_case_with_a_sentence(tiny, chest):
    model = Entry(replace(tiny.card, preparation="box", task="nodule"), tiny.folder)
    assert classify(chest, model, box=Box(600, 600, 700, 700)).error.reason == "InputError"


def test_a_nodule_model_asks_for_a_box(tiny, chest):
    model = Entry(replace(tiny.card, preparation="box", task="nodule"), tiny.folder)
    assert "needs a box" in classify(chest, model).error.message


def test_memory_does_not_grow_over_classifications(tiny, chest):
    import resource

    for _ in range(20):
        classify(chest, tiny)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(200):
        classify(chest, tiny)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 20


def test_a_picture_file_is_classified(tiny, tmp_path):
    file = write_pngs(tmp_path, THORAX)[1]
    assert classify(Path(file), tiny).prediction.suitability.suitable
