"""The pages that compare a batch with the user's labels: confusion, ROC, sensitivity, calibration."""

from __future__ import annotations

import math
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Spacer

from lungview.classify.acceptance import HOW, NO_CALL, Acceptance, Share
from lungview.model.card import ModelCard
from lungview.report.lettering.text import Style, Text
from lungview.report.pdf import blocks
from lungview.report.pdf.blocks import VALUE, section
from lungview.report.pdf.charts import BAR, BAR_PALE, MARK, Line, Plot
from lungview.report.pdf.page import GREY


def acceptance_story(found: Acceptance, card: ModelCard, width: float) -> list[Flowable]:
    """A page: figures with 95 % intervals, confusion matrix, ROC and calibration curve."""
    half = (width - 8 * mm) / 2
    diagonal = Line([(0.0, 0.0), (1.0, 1.0)], BAR_PALE, 0.8, dashed=True)
    both = bool(found.sensitivity.total and found.specificity.total)
    point = (1 - found.specificity.value, found.sensitivity.value)
    curves = Plot(
        [diagonal, Line(found.roc), Line([point] if both else [], MARK, dots=True)],
        title=_auc_words(found),
        x_label="1 − specificity; dot: operating point",
        y_label="sensitivity",
        size=(half, half),
    )
    bins = [(mean, share) for mean, share, _ in found.calibration]
    calibration = Plot(
        [diagonal, Line(bins, dots=True, texts=[f"{n:,}" for _, _, n in found.calibration])],
        title="Calibration",
        x_label="mean probability of malignancy in a tenth; beside it: files",
        y_label="share that is malignant",
        size=(half, half),
    )
    return [
        PageBreak(),
        *section("Against the labels given"),
        Text(_coverage(found), VALUE),
        Spacer(1, 2 * mm),
        _figures(found, width),
        *section("Confusion: rows are the labels, columns the model's calls"),
        _confusion(found, card, width),
        Spacer(1, 4 * mm),
        blocks.table([[curves, calibration]], [half + 8 * mm, half]),
        Text(HOW, Style(size=7.5, color=GREY)),
    ]


def _auc_words(found: Acceptance) -> str:
    if math.isnan(found.auc):
        return "ROC: needs malignant and other cases"
    low, high = found.auc_interval
    of = f"{found.sensitivity.total:,} malignant, {found.specificity.total:,} others"
    return f"ROC, AUC {found.auc:.3f} ({low:.3f}–{high:.3f}; {of})"


def _coverage(found: Acceptance) -> str:
    compared = int(found.confusion.sum())
    words = f"{compared:,} files have a label."
    if found.unlabelled:
        words += f" {found.unlabelled:,} files have none."
    if found.unmatched:
        words += f" {found.unmatched:,} labels belong to no file of this batch."
    if found.not_judged:
        words += f" {found.not_judged:,} labelled files could not be judged."
    return words


def _figures(found: Acceptance, width: float) -> Flowable:
    rows = [
        _figure("Accuracy of calls", found.accuracy),
        _figure(f"Sensitivity at {found.threshold:.2f}", found.sensitivity),
        _figure(f"Specificity at {found.threshold:.2f}", found.specificity),
    ]
    return blocks.ruled(("Figure", "Value", "95 % interval", "Of"), rows, [width * 0.25] * 4)


def _figure(name: str, share: Share) -> list[str]:
    if not share.total:
        return [name, "–", "–", "no such case"]
    low, high = share.interval
    return [name, f"{share.value:.3f}", f"{low:.3f}–{high:.3f}", f"{share.right:,} of {share.total:,}"]


def _confusion(found: Acceptance, card: ModelCard, width: float) -> Flowable:
    names = [blocks.class_text(card, key) for key in found.keys]
    rows = [
        [name, *(f"{int(n):,}" for n in counts)] for name, counts in zip(names, found.confusion, strict=True)
    ]
    first = width * 0.28
    rest = (width - first) / (len(names) + 1)
    return blocks.ruled(("Label", *names, NO_CALL), rows, [first, *[rest] * (len(names) + 1)], _shades(found))


def _shades(found: Acceptance) -> list[tuple[Any, ...]]:
    """Each cell as dark as its share of the label's files: right calls in blue, others in amber."""
    shades: list[tuple[Any, ...]] = []
    for r, counts in enumerate(found.confusion):
        total = max(int(counts.sum()), 1)
        for c, count in enumerate(counts):
            if count:
                strong = 0.12 + 0.5 * int(count) / total
                color = _mixed(BAR if r == c else blocks.UNCERTAIN, strong)
                shades.append(("BACKGROUND", (c + 1, r + 1), (c + 1, r + 1), color))
    return shades


def _mixed(color: Color, strong: float) -> Color:
    """The colour over white, so that text on it stays black on a light ground."""
    return Color(*(1 - strong * (1 - part) for part in (color.red, color.green, color.blue)))
