"""What went wrong with an archive, as a sentence in the reader's language."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from lungview.errors import LungViewError
from lungview.ui.language import speaking
from lungview.viewer.archives.prior_opening import Fault
from lungview.viewer.archives.work import Broken, Came


def failure(error: BaseException) -> str:
    """Message and hint; of what is no error of ours the kind alone: its words may hold a patient's."""
    if not isinstance(error, LungViewError):
        said = QCoreApplication.translate("PacsDialog", "It failed: %1")
        return said.replace("%1", type(error).__name__)
    message = speaking.said(error.message)
    return f"{message} ({speaking.said(error.hint)})" if error.hint else message


def told(fault: Fault) -> str:
    """What went wrong with a study."""
    return failure(fault) if isinstance(fault, BaseException) else speaking.said(fault)


def arriving(event: Came | Broken) -> str:
    """How far a retrieval is; where the line broke, when it is taken up again."""
    total = "?" if event.total is None else str(event.total)
    if isinstance(event, Came):
        said = QCoreApplication.translate("PacsDialog", "Retrieving: %1 of %2")
        return said.replace("%1", str(event.count)).replace("%2", total)
    said = QCoreApplication.translate(
        "PacsDialog", "%1. %2 of %3 are here; try %4 of %5 for the others in %6 s."
    )
    retry = event.retry
    told = (speaking.said(retry.reason), event.count, total, retry.number, retry.tries, f"{retry.pause_s:g}")
    return re.sub("%([1-6])", lambda place: str(told[int(place[1]) - 1]), said)


def retrieved(count: int) -> str:
    """That all is here."""
    return QCoreApplication.translate("PacsDialog", "Retrieved: %1 objects.").replace("%1", str(count))


def kept(count: int) -> str:
    """What is said of objects that had come before a retrieval failed."""
    said = QCoreApplication.translate(
        "PacsDialog", "%1 objects are here; retrieving the study again asks for the others alone."
    )
    return said.replace("%1", str(count))
