"""`GET /models`: what the offered models say of themselves."""

from __future__ import annotations

from lungview.classify import words
from lungview.model.card import ModelCard, to_json
from lungview.report.content import RESEARCH_USE
from lungview.serve.interface.shapes import Bounds, ClassLabel, Model, Models, OperatingPoint
from lungview.serve.limits import Limits
from lungview.serve.offer import Offer
from lungview.version import program


def models(offer: Offer, limits: Limits) -> Models:
    """All of them, in the registry's order."""
    found = [_model(entry.card, entry.card.id == offer.default) for entry in offer.entries]
    bounds = Bounds(upload=limits.upload, files=limits.files)
    return Models(notice=RESEARCH_USE, program=program(), bounds=bounds, models=found)


def _model(card: ModelCard, default: bool) -> Model:
    point = card.operating_point
    return Model(
        id=card.id,
        name=card.name,
        version=card.version,
        task=card.task,
        architecture=card.architecture,
        classes=[ClassLabel(key=c.key, text=c.text, malignant=c.malignant) for c in card.classes],
        needs_box=card.preparation == "box",
        calibrated=card.calibrated,
        operating_point=OperatingPoint(threshold=point.threshold, uncertain=list(point.uncertain)),
        default=default,
        sha256=card.sha256,
        figures=[[name, words.figures(found)] for name, found in words.measured_sets(card)],
        gate=words.gate_rates(card),
        card=to_json(card),
    )
