"""What went wrong with an archive, as a sentence in the reader's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from lungview.errors import LungViewError
from lungview.ui.language import speaking


def failure(error: BaseException) -> str:
    """Message and hint; of what is no error of ours the kind alone: its words may hold a patient's."""
    if not isinstance(error, LungViewError):
        said = QCoreApplication.translate("PacsDialog", "It failed: %1")
        return said.replace("%1", type(error).__name__)
    message = speaking.said(error.message)
    return f"{message} ({speaking.said(error.hint)})" if error.hint else message
