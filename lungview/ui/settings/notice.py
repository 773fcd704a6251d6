"""The research-use notice: at every start, or every 30 days."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from lungview import paths
from lungview.files import write_atomically

PAUSE = timedelta(days=30)


def _path() -> Path:
    return paths.data() / "notice.json"


def due(often: str, today: date) -> bool:
    """Whether to show it. often: "always" or "monthly"."""
    last = _last_accepted()
    # A date in the future is a clock set back: ask again rather than never.
    return often == "always" or last is None or not timedelta(0) <= today - last < PAUSE


def accepted(today: date) -> None:
    """Remember that it was accepted. A disk that is full only means that it is asked again."""
    try:
        write_atomically(_path(), json.dumps({"accepted": today.isoformat()}).encode())
    except OSError:
        return


def _last_accepted() -> date | None:
    try:
        return date.fromisoformat(json.loads(_path().read_text(encoding="utf-8"))["accepted"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


class NoticeDialog(QDialog):
    """Says what this program is not for. `always.isChecked()`: show it at every start."""

    def __init__(self, often: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Research use only"))
        text = QLabel(
            self.tr(
                "<h3>LungView is for research and teaching.</h3>"
                "<p>It is not a medical device. It has not been cleared or certified by any authority. "
                "Do not use it to diagnose or treat patients.</p>"
                "<p>What its models say is a score of an experiment, with the error rates written in their "
                "model cards. A heat map shows regions that drove the score; it does not locate disease.</p>"
                "<p>Nothing leaves this computer but what you send to an archive or ask it for.</p>"
            ),
            wordWrap=True,
        )
        text.setMinimumWidth(460)
        self.always = QCheckBox(self.tr("Show this at every start (otherwise every 30 days)"))
        self.always.setChecked(often == "always")
        buttons = QDialogButtonBox()
        understood = buttons.addButton(self.tr("I understand"), QDialogButtonBox.ButtonRole.AcceptRole)
        understood.setDefault(True)
        buttons.accepted.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(self.always)
        layout.addWidget(buttons)
