"""How near the heat maps of the shipped files are to those of Keras in float32, on real pictures."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from lungview.model import registry
from lungview.network import runtime

pytestmark = pytest.mark.slow

RUNS = Path(os.environ.get("LUNGVIEW_RUNS", Path(__file__).parents[3] / "runs"))
"""Where training runs are kept: only they hold the Keras weights a shipped file was made from."""


@pytest.mark.tensorflow
@pytest.mark.shared
@pytest.mark.parametrize("name", [e.card.id for e in registry.entries() if not e.card.ensemble])
def test_shipped_heat_maps_are_those_of_gradient_tape_on_fifty_real_pictures(name, shared_data):
    """The predicted class's map against Keras in float32; float16, made here, shows what int8 costs.

    A single map may fall short where a hidden unit is about to switch: its gradient jumps, in float16 too.
    """
    from lungview.training import architectures
    from lungview.training.export import litert as export
    from lungview.training.learn.run_folder import RunFolder

    if not (RUNS / name / "best.npz").is_file():
        pytest.skip(f"no training run of {name} in {RUNS} (set LUNGVIEW_RUNS)")
    entry = registry.find(name)
    card = entry.card
    shape, classes = (*card.input_size, 3), len(card.classes)
    model = architectures.find(card.architecture).build(shape, classes, None)
    RunFolder(RUNS / name).load_best(model)
    reference = tape_of_all_classes(model, classes)
    networks = {
        "shipped": runtime.load(entry),
        "float16": runtime.Network(card, export.to_tflite(model, variant="float16"), 2),
    }
    nodule = card.preparation == "box"
    folder = shared_data / ("nodules/lidc-64" if nodule else "chest-ct/test")
    files = sorted(folder.rglob("*.png"))
    found = likeness(reference, networks, files[:: len(files) // 50][:50], card)
    for kind, some in found.items():
        print(
            f"\n{name} {kind}: median {np.median(some):.5f}, mean {np.mean(some):.5f}, "
            f"worst {min(some):.5f}, "
            f"{sum(r >= 0.99 for r in some)} of {len(some)} from 0.99"
        )
    assert np.mean(found["shipped"]) >= 0.99
    assert np.mean([r >= 0.99 for r in found["shipped"]]) >= 0.9
    assert np.median(found["float16"]) >= 0.999
    assert np.mean([r >= 0.99 for r in found["float16"]]) >= 0.95


def likeness(reference, networks, files, card) -> dict[str, list[float]]:
    """Pearson's r with the reference's map of the predicted class, by network, of each file."""
    from lungview.image import readers
    from lungview.model.input import prepare

    found: dict[str, list[float]] = {kind: [] for kind in networks}
    for file in files:
        values = prepare(readers.read(file), card).values
        theirs = reference(values[None])
        if card.mirrored:
            theirs = (theirs + reference(values[None, :, ::-1])[..., ::-1]) / 2
        for kind, network in networks.items():
            output = network.run(values)
            at = int(output.probabilities.argmax())
            if theirs[at].std() > 0:
                found[kind].append(float(np.corrcoef(output.cams[at].ravel(), theirs[at].ravel())[0, 1]))
    return found


def tape_of_all_classes(model, classes: int):
    """Grad-CAM of every class in Keras, (classes, h, w): Selvaraju et al. 2017, equations 1 and 2."""
    import tensorflow as tf

    convolution = next(layer for layer in reversed(model.layers) if len(layer.output.shape) == 4)
    watched = tf.keras.Model(model.inputs, [convolution.output, model.output])

    @tf.function
    def run(image):
        maps = []
        with tf.GradientTape(persistent=True) as tape:
            features, logits = watched(image, training=False)
            scores = [logits[:, i] for i in range(classes)]
        for score in scores:
            weights = tf.reduce_mean(tape.gradient(score, features), axis=(0, 1, 2))
            maps.append(tf.nn.relu(features[0] @ weights[:, None])[..., 0])
        return tf.stack(maps)

    return lambda image: run(tf.constant(image)).numpy()
