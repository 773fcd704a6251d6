"""A finished run becomes a model folder: calibrated, gated, exported, compared, described."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from lungview.errors import LungViewError
from lungview.model import model_folder
from lungview.model.card import ModelCard
from lungview.model.input import scale
from lungview.network.runtime import Network, Output
from lungview.spreadsheet import ENCODING, Table
from lungview.training import architectures
from lungview.training.data.dataset import Samples
from lungview.training.data.rewindowed import REWINDOWED
from lungview.training.export import described
from lungview.training.export import litert as export
from lungview.training.gate import look_distance as ood
from lungview.training.gate import nearest_picture as grains
from lungview.training.learn import calibrate, fit, teacher
from lungview.training.learn.config import Config
from lungview.training.learn.run_folder import RunFolder
from lungview.training.networks import head as heads

# A smaller file is taken when it costs no more than this.
ACCURACY_LOSS = 0.005
CAM_CORRELATION = 0.99
CAMS_KEPT = 0.9  # a single map falls short where a hidden unit is about to switch
# The gate's directions are estimated well enough from this many.
MOST_GATE_PICTURES = 800
# What 8-bit weights are rounded for: with 32 places each, more equations than the widest layer has weights.
ROUNDING_PICTURES = 256


@dataclass(frozen=True, slots=True)
class Variant:
    """One export: its bytes, and its accuracy on the pictures it was compared on.

    cam_correlation: of its heat maps of the predicted class with those of the float32 export, mean over
    pictures. cams_kept: the share of pictures where that is CAM_CORRELATION at least.
    """

    name: str
    content: bytes
    accuracy: float
    cam_correlation: float
    cams_kept: float = 1.0


def package(
    folder: Path, root: Path, out: Path, *, cache: Path | None = None, texts: Config | None = None
) -> ModelCard:
    """Write OUT/card.json and OUT/model.tflite of the run in `folder`; the card, without metrics.

    Temperature, operating point and suitability threshold come from the validation part, the variant
    (float16 or int8) is chosen on the test part (the validation part, where there is none). texts: takes the
    card's words, whether it is `mirrored` and its variant from this configuration instead of the run's own.
    Raises InputError, LungViewError.
    """
    run = RunFolder(folder)
    config = run.config()
    samples = fit.samples_of(config, root, cache)
    write_split(samples, folder / "split.csv")
    model = teacher.trained(run, root, len(samples.classes))
    name = architectures.find(config.architecture).scale
    learned, valid, test = (samples.part(p) for p in ("train", "valid", "test"))
    said = texts or config
    logits = fit.logits_of(model, valid.pictures, name, mirrored=said.mirrored)
    temperature = temperature_of(model, logits, valid, name, mirrored=said.mirrored)
    gate = _gate(model, learned, valid, name, said.passes if config.preparation == "body" else None)
    card = described.describe(said, samples, temperature)
    card = dataclasses.replace(card, operating_point=_operating_point(card, logits, temperature, valid))
    variants = _variants(model, card, gate, learned, test if len(test) else valid)
    chosen = choose(variants, said.variant)
    card = dataclasses.replace(
        card, sha256=hashlib.sha256(chosen.content).hexdigest(), size=len(chosen.content)
    )
    model_folder.write(card, chosen.content, out)
    _note(folder, variants, chosen)
    return card


def temperature_of(
    model: Any, logits: np.ndarray, valid: Samples, name: str, *, mirrored: bool = False
) -> float:
    """The temperature of the validation part as it is and through other windows.

    logits: (n, C) of the pictures of `valid` as they are, by `model`. name: the scale that it takes.

    A picture comes as somebody windowed it; and on few pictures, of which a network knows nearly all, one
    that is less sure of itself elsewhere would be called surer than it is.
    """
    windowed = [np.stack([change(p) for p in valid.pictures]) for change in REWINDOWED.values()]
    others = [fit.logits_of(model, pictures, name, mirrored=mirrored) for pictures in windowed]
    return calibrate.temperature(
        np.concatenate([logits, *others]), np.tile(valid.targets, (1 + len(others), 1))
    )


def _gate(model: Any, learned: Samples, valid: Samples, name: str, passes: float | None) -> export.Gate:
    """The range of what the pictures show, and of how they look; a distance above 1 is outside of one.

    passes: of Config; None leaves the looks away: of nodules cut out on black, which come from many scanners
    and show little of any.
    """
    parts, _ = heads.split(model)
    stages = grains.stages(parts)
    probe = keras.Model(parts.input, [export.embedding(parts.output), grains.statistics(stages)])

    def seen(samples: Samples) -> list[np.ndarray]:
        found = [
            probe.predict_on_batch(scale(samples.pictures[i : i + 32], name))
            for i in range(0, len(samples), 32)
        ]
        return [np.concatenate(part).astype(np.float32) for part in zip(*found, strict=True)]

    learned = learned.take(np.arange(0, len(learned), max(1, len(learned) // MOST_GATE_PICTURES)))
    (shown, early), (others, early_others) = seen(learned), seen(valid)
    space = ood.fit(shown, np.where(learned.partial, -1, learned.labels))
    limit = ood.threshold(ood.distances(space, others))
    if passes is None:
        return export.Gate(space, limit)
    # Of a look, unlike of a class, every picture that is not for testing may be an example.
    early = np.concatenate([early, early_others])
    groups = np.concatenate([learned.groups, valid.groups])
    along = np.asarray(ood.coordinates(space, np.concatenate([shown, others])))[:, : space.leading]
    counts = grains.widths(stages)
    found = grains.limit(grains.held_out(early, counts, along, groups), passes)
    return export.Gate(space, limit, dataclasses.replace(grains.fit(early, counts, along), limit=found))


def _operating_point(card: ModelCard, logits: np.ndarray, temperature: float, valid: Samples) -> Any:
    malignant = np.array([c.malignant for c in card.classes])
    probabilities = calibrate.softmax(logits, temperature)
    return calibrate.operating_point(probabilities[:, malignant].sum(axis=1), valid.cancer)


def _variants(
    model: Any, card: ModelCard, gate: export.Gate, learned: Samples, test: Samples
) -> list[Variant]:
    """The exact export first; accuracy of all on the whole test part, heat maps on every fourth picture."""
    found: list[Variant] = []
    exact: list[Output] = []
    blank = dataclasses.replace(card, sha256="0" * 64)
    inputs = [scale(p, card.scale, card.channels) for p in test.pictures]
    chosen = np.unique(np.linspace(0, len(learned) - 1, ROUNDING_PICTURES).astype(int))
    pictures = scale(learned.pictures[chosen], card.scale, card.channels)
    made = export.all_variants(model, temperature=card.temperature, gate=gate, pictures=pictures)
    for name, content in made:
        network = Network(blank, content, threads=2)
        outputs = [network.run(values) for values in inputs]
        exact = exact or outputs
        called = np.array([o.probabilities.argmax() for o in outputs])
        accuracy = float((test.targets[np.arange(len(test)), called] > 0).mean())
        alike = np.array([_alike(a, b) for a, b in zip(outputs[::4], exact[::4], strict=True)])
        kept = float((alike >= CAM_CORRELATION).mean())
        found.append(Variant(name, content, accuracy, float(alike.mean()), kept))
    return found


def _alike(output: Output, exact: Output) -> float:
    """Pearson's r of the maps of the class that `exact` calls; 1 when both are constant, 0 when one is."""
    called = int(exact.probabilities.argmax())
    a, b = (o.cams[called].ravel().astype(np.float64) for o in (output, exact))
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float(np.ptp(a) == np.ptp(b))
    return float(np.corrcoef(a, b)[0, 1])


def choose(variants: list[Variant], name: str = "") -> Variant:
    """The smallest variant, or that of the name, which keeps accuracy and heat maps of the first (exact) one.

    Raises LungViewError when there is none.
    """
    exact = variants[0]
    good = [
        v
        for v in variants[1:]
        if name in ("", v.name)
        and v.accuracy >= exact.accuracy - ACCURACY_LOSS
        and v.cam_correlation >= CAM_CORRELATION
        and v.cams_kept >= CAMS_KEPT
    ]
    if not good:
        raise LungViewError("no smaller variant keeps the accuracy and the heat maps of the network")
    return min(good, key=lambda v: len(v.content))


def _note(folder: Path, variants: list[Variant], chosen: Variant) -> None:
    rows = [
        {
            "variant": v.name,
            "bytes": len(v.content),
            "test_accuracy": round(v.accuracy, 5),
            "cam_correlation": round(v.cam_correlation, 5),
            "cams_kept": round(v.cams_kept, 5),
            "chosen": v is chosen,
        }
        for v in variants
    ]
    (folder / "variants.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def write_split(samples: Samples, path: Path) -> None:
    """A CSV of which picture was in which part, as `lungview evaluate --split` takes it.

    Labels that admit several classes are left out: nobody is measured on them.
    """
    keys = [c.key for c in samples.classes]
    names = sorted({name for extra in samples.extra for name in extra})
    with path.open("w", newline="", encoding=ENCODING) as file:
        table = Table(file, ["path", "class", "group", "split", *names])
        for i, label in enumerate(samples.labels):
            if label >= 0:
                extra = [samples.extra[i].get(name, "") for name in names]
                table.row([samples.paths[i], keys[label], samples.groups[i], samples.splits[i], *extra])
