"""classify: image + model → answer; the one core of the window, the command line and the batch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lungview.classify import ensemble, verdict
from lungview.classify.case import Case, Prediction, Seconds
from lungview.classify.gate import nodule_gate, suitability
from lungview.classify.heat import heatmap
from lungview.errors import LungViewError, ModelError
from lungview.image import readers
from lungview.image.slice import Instance, Slice
from lungview.model import registry
from lungview.model.input import Box, prepare
from lungview.model.registry import Entry
from lungview.network import runtime


def classify(
    source: Path | Slice,
    model: Entry,
    *,
    frame: int = 0,
    member: str = "",
    box: Box | None = None,
    override: bool = False,
    threads: int | None = None,
) -> Case:
    """What one model says of one slice: a Case with a prediction, or with the error that prevented it.

    source: a file (frame, 0-based; member = name inside a zip) or a slice that was read already.
    box: the reader's nodule box in slice pixels. override: the gate's refusal is recorded, not obeyed.
    threads: of the network; None chooses. Never raises a LungViewError.
    """
    start = time.perf_counter()
    instance = source.instance if isinstance(source, Slice) else Instance(source, frame, member=member)
    try:
        slice_ = source if isinstance(source, Slice) else readers.read(source, frame, member)
        read = time.perf_counter() - start
        found = predict(slice_, model, box=box, override=override, threads=threads)
    except LungViewError as error:
        return Case(instance, error=error)
    except MemoryError:
        return Case(instance, error=_out_of_memory(instance.path))
    return read_in(Case(slice_.instance, found), read)


def classify_frames(
    path: Path,
    model: Entry,
    *,
    member: str = "",
    box: Box | None = None,
    override: bool = False,
    threads: int | None = None,
) -> Iterator[tuple[Slice | None, Case]]:
    """A case for every frame of a file, with the slice it is about; the file is gone through once.

    A file that cannot be read gives one case with the error, and None. Never raises a LungViewError.
    """
    frame, start = 0, time.perf_counter()
    try:
        for slice_ in readers.read_frames(path, member):
            read = time.perf_counter() - start
            case = classify(slice_, model, box=box, override=override, threads=threads)
            yield slice_, read_in(case, read)
            frame, start = frame + 1, time.perf_counter()
    except LungViewError as error:
        yield None, Case(Instance(path, frame, member=member), error=error)
    except MemoryError:
        yield None, Case(Instance(path, frame, member=member), error=_out_of_memory(path))


def read_in(case: Case, seconds: float) -> Case:
    """The case of a slice that took so long to read."""
    found = case.prediction
    if found is None:
        return case
    return replace(case, prediction=replace(found, seconds=replace(found.seconds, read=seconds)))


def _out_of_memory(path: Path) -> ModelError:
    return ModelError("out of memory", path, "close other programs")


def predict(
    slice_: Slice,
    model: Entry,
    *,
    box: Box | None = None,
    override: bool = False,
    threads: int | None = None,
) -> Prediction:
    """One model's prediction of a slice, or an ensemble's of its members'. Raises LungViewError."""
    runtime.require_classifier(model.card)
    if model.card.ensemble:
        each = [_predict_one(slice_, m, box, override, threads) for m in registry.members(model)]
        return ensemble.combine(model.card, each)
    return _predict_one(slice_, model, box, override, threads)


def _predict_one(
    slice_: Slice, model: Entry, box: Box | None, override: bool, threads: int | None
) -> Prediction:
    card = model.card
    start = time.perf_counter()
    nodule = nodule_gate.found(slice_, card, box)
    prepared = prepare(slice_, card, box, None if nodule is None else nodule.mask)
    before = suitability.before_network(slice_, card, nodule)
    ready = time.perf_counter()
    output = runtime.load(model, threads).run(prepared.values)
    done = time.perf_counter()
    probabilities = tuple(float(p) for p in output.probabilities)
    word = suitability.word(before, card, output.ood, nodule=nodule, override=override)
    return Prediction(
        keys=card.keys,
        probabilities=probabilities,
        cams=heatmap.normalised(output.cams),
        box=prepared.box,
        label=verdict.most_probable(card, probabilities),
        verdict=verdict.verdict(card, probabilities, word),
        suitability=word,
        model=card.reference,
        sha256=card.sha256,
        seconds=Seconds(prepare=ready - start, infer=done - ready),
        seen=prepared.seen,
        calibrated=card.calibrated,
        outline=prepared.outline,
    )
