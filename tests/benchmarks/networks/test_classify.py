"""What an answer costs, beside what the Keras way costs in the same minute on the same machine.

The Keras way is what programs of this kind do: `model.predict`, then Grad-CAM of one class by
`tf.GradientTape`. Ours gives the probabilities and the heat maps of all classes in one call. Weights are the
same, random: speed does not depend on them. Figures are medians of interleaved runs and are printed.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lungview.classify.classify import classify
from lungview.image.phantom import Thorax, write_pngs, write_series
from lungview.image.slice import Instance, Slice
from lungview.model import registry
from lungview.model.card import ClassLabel, ModelCard, to_json
from lungview.model.registry import Entry
from lungview.network import runtime
from tests.benchmarks.ratio import keep

LABELS = tuple(ClassLabel(k, k.upper(), malignant=k != "d") for k in "abcd")
LEAST_RATIO = {"resnet50": 5.0}
SHIPPED_AS = {"resnet50_last20": "int8_weights"}
# Judged with their mirror image as shipped: two pictures' work for one answer.
MIRRORED = {e.card.architecture for e in registry.entries() if e.card.mirrored}
NETWORKS = (
    "mobilenet_v2",
    "resnet50",
    "resnet50_last20",
    "inception_v3",
    "efficientnet_b0",
    "vgg16",
    "vgg19",
    "alexnet",
    "cnn",
)

pytestmark = pytest.mark.slow


def built(name: str, folder: Path, *, mirrored: bool = False):
    """The Keras model with random weights, and the same as an installed int8 model."""
    from lungview.training import architectures
    from lungview.training.export import litert as export

    architecture = architectures.find(name)
    size = architecture.size
    model = architecture.build((size, size, 3), len(LABELS), None)
    content = export.to_tflite(model, variant=SHIPPED_AS.get(name, "int8"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.tflite").write_bytes(content)
    card = ModelCard(
        id=name,
        name=name,
        version="0",
        task="custom",
        architecture=name,
        classes=LABELS,
        input_size=(size, size),
        scale=architecture.scale,
        mirrored=mirrored,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    (folder / "card.json").write_text(json.dumps(to_json(card)))
    return model, Entry(card, folder)


def keras_way(model):
    """predict and one class's Grad-CAM, as written in every notebook."""
    import tensorflow as tf

    convolution = next(layer for layer in reversed(model.layers) if len(layer.output.shape) == 4)
    watched = tf.keras.Model(model.inputs, [convolution.output, model.output])

    def run(image: np.ndarray) -> np.ndarray:
        probabilities = tf.nn.softmax(model.predict(image, verbose=0)).numpy()
        with tf.GradientTape() as tape:
            features, logits = watched(image)
            score = logits[:, int(probabilities.argmax())]
        weights = tf.reduce_mean(tape.gradient(score, features), axis=(0, 1, 2))
        return tf.nn.relu(features[0] @ weights[:, None])[..., 0].numpy()

    return run


def interleaved(first, second, rounds: int) -> tuple[float, float]:
    """Median seconds of two calls, taken in turns so that other load falls on both."""
    first(), second(), first(), second()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for call, kept in zip((first, second), times, strict=True):
            start = time.perf_counter()
            call()
            kept.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", NETWORKS)
def test_one_answer_with_all_heat_maps_beats_predict_and_gradient_tape(name, tmp_path):
    model, entry = built(name, tmp_path, mirrored=name in MIRRORED)
    network = runtime.load(entry)
    image = np.random.default_rng(0).uniform(-1, 1, (*entry.card.input_size, 3)).astype(np.float32)
    keras_run = keras_way(model)
    ours, theirs = interleaved(lambda: network.run(image), lambda: keras_run(image[None]), 9)
    told = f"{name}: LiteRT {1000 * ours:.1f} ms, Keras {1000 * theirs:.1f} ms"
    keep(told, theirs / ours, [theirs / ours])
    assert theirs / ours >= LEAST_RATIO.get(name, 3.0)


KERAS_SCRIPT = """
import sys, numpy as np, cv2, tensorflow as tf
model = tf.keras.models.load_model(sys.argv[1])
image = cv2.resize(cv2.imread(sys.argv[2]), model.input.shape[1:3]).astype(np.float32)[None] / 127.5 - 1
sys.path.insert(0, sys.argv[3])
from tests.benchmarks.networks.test_classify import keras_way
keras_way(model)(image)
"""


@pytest.mark.tensorflow
def test_the_first_answer_from_process_start_beats_the_keras_way(tmp_path):
    model, _ = built("mobilenet_v2", tmp_path / "home" / "data" / "models" / "mobilenet_v2")
    model.save(tmp_path / "model.keras")
    picture = write_pngs(tmp_path / "picture", Thorax(slices=1))[0]
    root = Path(__file__).parents[3]
    environment = {**os.environ, "LUNGVIEW_HOME": str(tmp_path / "home")}
    ours_line = [
        sys.executable,
        "-m",
        "lungview",
        "classify",
        str(picture),
        "--model",
        "mobilenet_v2",
        "--json",
    ]
    keras_line = [sys.executable, "-c", KERAS_SCRIPT, str(tmp_path / "model.keras"), str(picture), str(root)]

    def run(line: list[str]) -> None:
        subprocess.run(line, check=True, capture_output=True, env=environment, cwd=root)

    ours, theirs = interleaved(lambda: run(ours_line), lambda: run(keras_line), 5)
    print(f"\nfirst answer: {ours:.2f} s, Keras {theirs:.2f} s, ratio {theirs / ours:.1f}")
    assert theirs / ours >= 5


def chest() -> Slice:
    thorax = Thorax()
    instance = Instance(Path("chest.dcm"), modality="CT")
    return Slice(instance, thorax.hu(thorax.slices // 2).astype(np.float32), unit="HU")


def test_memory_is_flat_over_a_thousand_classifications():
    entry, shown = registry.default(), chest()
    for _ in range(50):
        classify(shown, entry)
    before = resident()
    for _ in range(1000):
        classify(shown, entry)
    grown = (resident() - before) / 2**20
    print(f"\nmemory after 1000 more classifications: {grown:+.1f} MB")
    assert grown <= 20


def resident() -> int:
    """Resident bytes of this process now, or at most where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.fixture
def window_on_300_slices(qtbot, tmp_path):
    from lungview.ui.start import app
    from lungview.ui.start.app import new_window
    from lungview.ui.studies.session import Session
    from lungview.viewer.second_reader import reader as second_reader

    app.favour_window()
    write_series(tmp_path / "series", Thorax(slices=300))
    window = new_window(Session())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.finished, timeout=20_000)
    reader = second_reader.of(window.workspace)
    window.session.open([tmp_path / "series"])
    qtbot.waitUntil(lambda: window.session.stack.count == 300 and not window.session.scanning, timeout=60_000)
    stack = window.session.stack  # the first slice that was listed gives way to the first by position
    view = window.session.viewport
    qtbot.waitUntil(lambda: view.state.slice is not None and not stack.pending, timeout=20_000)
    reader.run()  # the model is warm: the stall of loading it is another figure
    qtbot.waitUntil(lambda: reader.case() is not None, timeout=60_000)
    yield window
    window.close()


def drag(view, going) -> tuple[list[float], list[float]]:
    """Window drag frames, one a turn of the event loop, while going(): seconds of the turns, the frames."""
    from PySide6.QtWidgets import QApplication

    from lungview.image.window import Window

    turns, frames = [], []
    last = time.perf_counter()
    while going():
        QApplication.processEvents()
        now = time.perf_counter()
        turns.append(now - last)
        last = now
        chosen = Window(-600.0 + len(turns) % 200, 1500.0)
        view.change(lambda s, window=chosen: s.windowed(window))
        view.repaint()
        frames.append(time.perf_counter() - last)
        last = time.perf_counter()
    return turns, frames


def test_the_window_stays_free_while_300_slices_are_classified(window_on_300_slices):
    """Longest turn of the event loop, and a window drag's frames, beside those with nothing running."""
    window = window_on_300_slices
    panel, view = window.panels["series_curve"], window.session.viewport
    end = time.perf_counter() + 3
    quiet_turns, quiet_frames = drag(view, lambda: time.perf_counter() < end)
    panel.step.setValue(1)
    panel.run()
    turns, frames = drag(view, panel.stop.isEnabled)
    for name, some, many in (("quiet", quiet_turns, quiet_frames), ("classifying", turns, frames)):
        p95 = float(np.percentile(many, 95))
        print(f"\n{name}: longest stall {1000 * max(some):.0f} ms, drag p95 {1000 * p95:.1f} ms")
    assert len(panel.curve.points) == 300
    assert max(turns) <= max(0.05, 2 * max(quiet_turns))
    assert np.percentile(frames, 95) <= max(0.008, 2 * float(np.percentile(quiet_frames, 95)))
