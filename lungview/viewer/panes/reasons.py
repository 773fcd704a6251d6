"""Why something could not be read or opened, as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lungview.errors import LungViewError

if TYPE_CHECKING:
    from lungview.image.slice import Instance
    from lungview.sources.files.scan import Scan

Say = Callable[[str], str]
"""A text of `TEXTS` in the reader's language, its %1 kept."""


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Marks a text for lupdate; translated when it is said."""
    return text


_T = QT_TRANSLATE_NOOP
UNREAD = _T("Session", "this slice could not be read: %1")
STOPPED = _T("Session", "reading stopped: %1")
NOTHING = _T("Session", "nothing here can be shown")
LISTED = _T("Session", "File › Skipped files lists a reason for each.")
LATER = _T("Session", "What is being read comes first; the rest is opened after it.")
TEXTS = (UNREAD, STOPPED, NOTHING, LISTED, LATER)


def plainly(text: str) -> str:
    """The text as it is written."""
    return text


def why_unread(error: BaseException, instance: Instance, say: Say = plainly) -> LungViewError:
    """A sentence for whatever ended the reading of a slice; of a fault of the program the kind alone."""
    if isinstance(error, LungViewError):
        return error
    return LungViewError(say(UNREAD).replace("%1", type(error).__name__), instance.path)


def why_it_stopped(error: BaseException, say: Say = plainly) -> LungViewError:
    """A sentence for whatever ended the listing; of a fault of the program the kind alone."""
    if isinstance(error, LungViewError):
        return error
    return LungViewError(say(STOPPED).replace("%1", type(error).__name__))


def why_nothing(found: Scan, paths: Sequence[Path], say: Say = plainly) -> LungViewError:
    """The one file's own reason; of several a sentence that says where theirs are."""
    if len(found.skipped) == 1:
        return found.skipped[0].error
    return LungViewError(say(NOTHING), paths[0] if len(paths) == 1 else "", say(LISTED))
