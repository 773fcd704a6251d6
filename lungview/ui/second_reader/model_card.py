"""The model card: data, split, figures with intervals, limits, licences and hash."""

from __future__ import annotations

import html

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from lungview.classify import words
from lungview.classify.error_rate import error_rate
from lungview.model.card import ModelCard
from lungview.ui.language import speaking
from lungview.ui.shell import screens


def tr(text: str) -> str:
    return QCoreApplication.translate("ModelCard", text)


class ModelCardDialog(QDialog):
    """Everything a model says of itself, to read and to copy."""

    def __init__(self, card: ModelCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Model card: %1").replace("%1", card.name))
        screens.resize_within(self, 620, 640)
        self.text = QTextBrowser()
        self.text.setHtml(to_html(card))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)


def to_html(card: ModelCard) -> str:
    """The card as a table; every value is text, never markup."""
    point = card.operating_point
    rows = [
        (tr("Model"), f"{card.name} {card.version} ({card.architecture})"),
        (tr("Identity"), card.reference),
        (tr("Intended use"), card.intended_use),
        (tr("Limits"), card.limits),
        (tr("Error"), error_rate(card)),
        (tr("Classes"), ", ".join(c.text for c in card.classes)),
        (tr("Operating point"), f"{point.threshold:.2f}, {tr('uncertain')} {words.band(point.uncertain)}"),
        (tr("Calibration"), _calibration(card)),
        (tr("Training data"), card.data),
        (tr("Split"), card.split),
        *((tr("On “%1”").replace("%1", name), words.figures(of)) for name, of in words.measured_sets(card)),
        (tr("Input"), _input(card)),
        (tr("Modalities"), ", ".join(card.modalities)),
        (tr("Suitability gate"), words.gate_rates(card)),
        (tr("Suitability limit"), words.suitability_rule(card) or f"{card.ood_threshold:.3g}"),
        (tr("Licence of the data"), card.licence_data),
        (tr("Licence of the weights"), card.licence_weights),
        (tr("Members"), "; ".join(f"{m.id} (SHA-256 {m.sha256[:12]}…)" for m in card.ensemble)),
        ("SHA-256", card.sha256),
    ]
    shown = [(html.escape(name), html.escape(speaking.said(value))) for name, value in rows if value]
    cells = "".join(f"<tr><td width='30%'><b>{name}</b></td><td>{value}</td></tr>" for name, value in shown)
    notice = html.escape(tr("Research use only. Not a medical device."))
    return f"<p>{notice}</p><table cellpadding='4'>{cells}</table>"


def _input(card: ModelCard) -> str:
    if card.ensemble:
        return tr("that of each member")
    both = f", {tr('judged with its mirror image')}" if card.mirrored else ""
    return f"{card.input_size[0]} × {card.input_size[1]} px, {card.preparation}, {card.fit}{both}"


def _calibration(card: ModelCard) -> str:
    if not card.calibrated:
        return tr("not calibrated: its numbers are scores, not probabilities")
    if card.ensemble:
        return tr("the mean of its members' calibrated probabilities")
    return tr("calibrated, temperature %1").replace("%1", f"{card.temperature:.3f}")
