"""How often a model is wrong, by the figure that applies to the picture at hand: one place decides which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lungview.classify.case import Case
from lungview.classify.words import interval, measured_sets
from lungview.model.card import ModelCard

Figures = Mapping[str, Any]
COIN = 0.5  # AUC of who tosses one


def error_rate(card: ModelCard, case: Case | None = None) -> str:
    """The sentence beside an answer, or, without a case, beside the model.

    The first test set is pictures like those of the training set. For a picture from elsewhere its figure
    would be a promise that was never kept: there the one from another hospital stands.
    """
    if case is None or not from_elsewhere(case):
        return _on_its_own(card)
    found = _other_hospital(card)
    if found is None:
        return f"On pictures from elsewhere, as this one is, it has not been measured. {_on_its_own(card)}"
    return _on_others(*found)


def from_elsewhere(case: Case) -> bool:
    """Whether a picture is from outside the kind the first test set is of.

    A DICOM object comes from a scanner, not from the training set's picture files; what the gate refuses,
    overridden or not, looks otherwise than they do.
    """
    found = case.prediction
    return bool(case.instance.modality) or (found is not None and not found.suitability.suitable)


def _other_hospital(card: ModelCard) -> tuple[str, Figures] | None:
    return next(((name, found) for name, found in measured_sets(card) if "hospital" in name), None)


def _on_others(name: str, found: Figures) -> str:
    of = f"On pictures of another hospital (set “{name}”{_count(found)})"
    key = next((key for key in ("auc_cancer", "auc") if isinstance(found.get(key), int | float)), "")
    if not key:
        return f"{of} this model was {_wrong(found)}."
    bounds = interval(found, key)
    figure = f"AUC {found[key]:.2f}" + (f" (95 % CI {bounds})" if bounds else "")
    least = float(bounds.split("–")[0]) if bounds else float(found[key])
    if least <= COIN:
        return f"{of} this model told cancer from health no better than a coin: {figure}."
    return f"{of} this model told cancer from health with {figure}."


def _on_its_own(card: ModelCard) -> str:
    """ "wrong in 4.6 % of 280 …", with the interval, on the first set that says so."""
    for name, found in card.metrics.items():
        if isinstance(found, Mapping) and isinstance(found.get("accuracy"), int | float):
            return f"On its set “{name}” this model was {_wrong(found)}."
    return "How often this model is wrong has not been measured."


def _wrong(found: Figures) -> str:
    if not isinstance(found.get("accuracy"), int | float):
        return "not measured"
    count = f" of {found['n']} pictures" if "n" in found else ""
    bounds = (found.get("ci95") or {}).get("accuracy")
    said = ""
    if isinstance(bounds, list | tuple) and len(bounds) == 2:
        said = f" (95 % CI {_percent(1 - bounds[1])}–{_percent(1 - bounds[0])} %)"
    return f"wrong in {_percent(1 - float(found['accuracy']))} %{count}{said}"


def _count(found: Figures) -> str:
    return f", {found['n']} pictures" if "n" in found else ""


def _percent(fraction: float) -> str:
    return f"{100 * max(fraction, 0.0):.1f}"
