"""A prediction as columns of the record, and back; of what the gate refused there is its word alone."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from lungview.classify.case import Prediction, Refusal, Seconds, Suitability, Verdict
from lungview.model.card import ModelCard
from lungview.model.input import Box

_NOTHING_SEEN = np.zeros((0, 0), dtype=np.uint8)


def columns(found: Prediction, box: Box | None) -> dict[str, Any]:
    """box: the reader's, as text; numbers: JSON; cams: float16 (classes × h × w), none of a refused one."""
    seconds = found.seconds
    numbers = {
        "probabilities": list(found.probabilities),
        "shape": list(found.cams.shape),
        "over": _corners(found.box),
        "outline": None if found.outline is None else found.outline.round(3).tolist(),
        "suitable": found.suitability.suitable,
        "score": found.suitability.score,
        "threshold": found.suitability.threshold,
        "refusal": found.suitability.refusal,
        "seconds": [seconds.read, seconds.prepare, seconds.infer],
        "calibrated": found.calibrated,
    }
    cams = None if found.refused else found.cams.astype(np.float16).tobytes()
    return {"box": box_text(box), "numbers": json.dumps(numbers), "cams": cams}


def box_text(box: Box | None) -> str:
    """The reader's box as it is looked for: [top, left, bottom, right] px, or "" for none."""
    return json.dumps(_corners(box)) if box is not None else ""


def prediction(values: dict[str, Any], card: ModelCard) -> Prediction:
    """The prediction of a row; what the network saw is not kept. Raises ValueError for a damaged row."""
    numbers = json.loads(values["numbers"])
    cams = np.frombuffer(values["cams"] or b"", np.float16).astype(np.float32).reshape(numbers["shape"])
    cams.flags.writeable = False
    outline = numbers.get("outline")  # an earlier version did not keep it
    word = Suitability(
        numbers["suitable"],
        numbers["score"],
        numbers["threshold"],
        tuple(json.loads(values["reasons"])),
        bool(values["overridden"]),
        Refusal(numbers["refusal"]) if numbers.get("refusal") else None,
    )
    return Prediction(
        keys=card.keys,
        probabilities=tuple(numbers["probabilities"]),
        cams=cams,
        box=Box(*numbers["over"]),
        label=values["label"],
        verdict=Verdict(values["verdict"]),
        suitability=word,
        model=card.reference,
        sha256=card.sha256,
        seconds=Seconds(*numbers["seconds"]),
        seen=_NOTHING_SEEN,
        calibrated=numbers["calibrated"],
        outline=None if outline is None else np.array(outline, dtype=np.float64),
    )


def _corners(box: Box) -> list[float]:
    return [box.top, box.left, box.bottom, box.right]
