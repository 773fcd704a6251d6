"""The curves of an evaluation as PNG: reliability, ROC, risk and coverage, confusion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lungview.errors import ReportError
from lungview.model.card import ModelCard
from lungview.training.measure.evaluate import Answers, Labelled


def write(
    figures: dict[str, Any], card: ModelCard, pictures: Labelled, found: Answers, folder: Path
) -> tuple[Path, ...]:
    """Write MODEL-reliability.png, -roc.png, -risk.png and -confusion.png. Raises ReportError."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    drawn: dict[str, Callable[[Any], None]] = {
        "reliability": lambda axes: _reliability(axes, figures),
        "roc": lambda axes: _roc(axes, card, pictures, found),
        "risk": lambda axes: _risk(axes, figures),
        "confusion": lambda axes: _confusion(axes, card, figures),
    }
    paths = []
    for name, draw in drawn.items():
        figure = Figure(figsize=(5, 5), layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        axes.set_title(f"{card.id}: {name}, n = {figures['n']}")
        paths.append(folder / f"{card.id}-{name}.png")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            figure.savefig(paths[-1], dpi=100)
        except OSError as error:
            raise ReportError(f"the plot cannot be written ({error.strerror})", paths[-1]) from error
    return tuple(paths)


def _reliability(axes: Any, figures: dict[str, Any]) -> None:
    rows = np.array(figures["reliability"])
    axes.plot([0, 1], [0, 1], "--", color="0.6")
    axes.scatter(rows[:, 0], rows[:, 1], s=10 + 200 * rows[:, 2] / rows[:, 2].sum())
    axes.set(xlabel="mean leading probability", ylabel="share right", xlim=(0, 1), ylim=(0, 1.02))
    axes.text(0.05, 0.95, f"ECE {figures['ece']:.3f}", transform=axes.transAxes, va="top")


def _roc(axes: Any, card: ModelCard, pictures: Labelled, found: Answers) -> None:
    p, t = found.probabilities[found.ok], pictures.targets[found.ok]
    whole = t.sum(axis=1) == 1
    for i, key in enumerate(card.keys):
        order = np.argsort(-p[whole, i], kind="stable")
        hit = t[whole, i][order]
        if 0 < hit.sum() < len(hit):
            axes.plot(np.cumsum(1 - hit) / (1 - hit).sum(), np.cumsum(hit) / hit.sum(), label=key)
    axes.set(xlabel="1 − specificity", ylabel="sensitivity", xlim=(0, 1), ylim=(0, 1.02))
    if axes.lines:
        axes.legend(loc="lower right")


def _risk(axes: Any, figures: dict[str, Any]) -> None:
    curve = np.array(figures["risk_coverage"])
    axes.plot(curve[:, 0], curve[:, 1])
    axes.set(xlabel="share called, most certain first", ylabel="share wrong", xlim=(0, 1))
    axes.set_ylim(bottom=0)


def _confusion(axes: Any, card: ModelCard, figures: dict[str, Any]) -> None:
    table = np.array(figures["confusion"])
    axes.imshow(table / np.maximum(table.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    for (row, column), n in np.ndenumerate(table):
        axes.text(column, row, str(n), ha="center", va="center")
    ticks = range(len(card.keys))
    axes.set_xticks(ticks, card.keys, rotation=30, ha="right")
    axes.set_yticks(ticks, card.keys)
    axes.set(xlabel="called", ylabel="labelled")
