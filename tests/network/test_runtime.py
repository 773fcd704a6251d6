"""The model file is verified before it runs, and what it answers is checked."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lungview.errors import ModelError, WeightsError
from lungview.model.card import ClassLabel, Member, ModelCard, combined_sha256
from lungview.model.registry import Entry
from lungview.network import runtime

MODELS = Path(__file__).parent / "models"
KEYS = ("a", "b", "c")


@pytest.fixture(autouse=True)
def _forget():
    runtime.forget()
    yield
    runtime.forget()


def card(content: bytes, keys: tuple[str, ...] = KEYS, size: int = 32) -> ModelCard:
    return ModelCard(
        id="tiny",
        name="Tiny",
        version="1",
        task="custom",
        architecture="test",
        classes=tuple(ClassLabel(k, k.upper(), malignant=False) for k in keys),
        input_size=(size, size),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def entry(folder: Path, name: str = "good", **changes: object) -> Entry:
    content = (MODELS / f"{name}.tflite").read_bytes()
    (folder / "model.tflite").write_bytes(content)
    return Entry(card(content, **changes), folder)


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (32, 32, 3)).astype(np.float32)


def test_one_call_gives_probabilities_heat_maps_of_all_classes_and_a_score(tmp_path):
    output = runtime.load(entry(tmp_path)).run(picture())
    assert output.probabilities.shape == (3,)
    assert output.cams.shape == (3, 8, 8)
    assert output.probabilities.sum() == pytest.approx(1, abs=1e-6)
    assert output.cams.min() >= 0
    assert np.isfinite(output.ood)


def mirrored(found: Entry) -> Entry:
    return replace(found, card=replace(found.card, mirrored=True))


def test_a_mirrored_card_answers_for_the_mean_logits_of_picture_and_mirror_image(tmp_path):
    found = entry(tmp_path)
    plain, turned = (runtime.load(found).run(p) for p in (picture(), picture()[:, ::-1]))
    output = runtime.load(mirrored(found)).run(picture())
    geometric = np.sqrt(plain.probabilities.astype(np.float64) * turned.probabilities)
    assert output.probabilities == pytest.approx(geometric / geometric.sum(), abs=1e-6)
    assert not np.allclose(output.probabilities, plain.probabilities, atol=1e-4)
    assert output.cams == pytest.approx((plain.cams + turned.cams[:, :, ::-1]) / 2)
    assert output.ood == plain.ood


def test_a_mirrored_card_says_the_same_of_a_picture_and_of_its_mirror_image(tmp_path):
    network = runtime.load(mirrored(entry(tmp_path)))
    a, b = network.run(picture()), network.run(picture()[:, ::-1])
    assert a.probabilities == pytest.approx(b.probabilities, abs=1e-6)
    assert a.cams == pytest.approx(b.cams[:, :, ::-1], abs=1e-5)


def test_a_model_is_loaded_once_per_process(tmp_path):
    found = entry(tmp_path)
    assert runtime.load(found) is runtime.load(found)


def test_a_loaded_model_still_answers_when_its_folder_is_gone(tmp_path):
    found = entry(tmp_path)
    before = runtime.load(found).run(picture()).probabilities
    (tmp_path / "model.tflite").unlink()
    assert np.array_equal(runtime.load(found).run(picture()).probabilities, before)


def test_a_missing_model_file_is_named(tmp_path):
    found = entry(tmp_path)
    (tmp_path / "model.tflite").unlink()
    with pytest.raises(WeightsError, match="cannot be read") as caught:
        runtime.load(found)
    assert caught.value.path == str(tmp_path / "model.tflite")


def test_one_changed_byte_is_refused(tmp_path):
    found = entry(tmp_path)
    content = bytearray((tmp_path / "model.tflite").read_bytes())
    content[-1] ^= 1
    (tmp_path / "model.tflite").write_bytes(content)
    with pytest.raises(WeightsError, match="not the one its card names"):
        runtime.load(found)


def test_a_truncated_file_is_refused_before_litert_sees_it(tmp_path, monkeypatch):
    found = entry(tmp_path)
    content = (tmp_path / "model.tflite").read_bytes()
    (tmp_path / "model.tflite").write_bytes(content[: len(content) // 2])
    monkeypatch.setattr(runtime, "opened", lambda *_: pytest.fail("LiteRT saw an unverified file"))
    with pytest.raises(WeightsError):
        runtime.load(found)


@pytest.mark.parametrize("cut", [0, 4, 100, 1880, -4])
def test_a_truncated_file_with_a_matching_card_does_not_crash(tmp_path, cut):
    content = (MODELS / "good.tflite").read_bytes()[:cut]
    (tmp_path / "model.tflite").write_bytes(content)
    with pytest.raises(WeightsError, match="LiteRT does not take the file"):
        runtime.load(Entry(card(content), tmp_path))


def test_a_network_that_answers_nan_gives_a_sentence(tmp_path):
    with pytest.raises(WeightsError, match="not finite"):
        runtime.load(entry(tmp_path, "not_a_number")).run(picture())


def test_a_file_without_the_three_outputs_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="the outputs must be"):
        runtime.load(entry(tmp_path, "two_outputs"))


def test_outputs_that_do_not_sum_to_one_are_no_probabilities(tmp_path):
    with pytest.raises(WeightsError, match="do not sum to 1 but to 2"):
        runtime.load(entry(tmp_path, "scores"))


def test_a_card_with_another_number_of_classes_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="the card has 4 classes"):
        runtime.load(entry(tmp_path, keys=("a", "b", "c", "d")))


def test_a_card_with_another_input_size_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="the card says the input is"):
        runtime.load(entry(tmp_path, size=64))


def test_an_ensemble_has_no_network_of_its_own(tmp_path):
    found = entry(tmp_path)
    with pytest.raises(WeightsError, match="ensemble"):
        runtime.load(
            Entry(replace(found.card, ensemble=(Member("x", ""),), sha256=combined_sha256([""])), tmp_path)
        )


def test_an_input_of_the_wrong_shape_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"takes \(32, 32, 3\), not \(16, 16, 3\)"):
        runtime.load(entry(tmp_path)).run(np.zeros((16, 16, 3), np.float32))


def test_two_threads_get_the_answers_one_thread_gets(tmp_path):
    network = runtime.load(entry(tmp_path))
    pictures = [picture(seed) for seed in range(20)]
    expected = [network.run(p).probabilities for p in pictures]
    found: dict[int, np.ndarray] = {}

    def work(start: int) -> None:
        for i in range(start, 20, 2):
            found[i] = network.run(pictures[i]).probabilities

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(found[i], expected[i]) for i in range(20))


def test_importing_the_runtime_does_not_import_litert():
    code = "import sys, lungview.network.runtime; print('ai_edge_litert' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
