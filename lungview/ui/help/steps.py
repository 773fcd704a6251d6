"""What the first tour says, and by what it knows that a step was taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lungview.ui.shell.actions import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host


_T = QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class Step:
    """text: what to do. watched: what is different once it was done; None where nothing is to be seen."""

    text: str
    watched: Callable[[Host], object] | None = None


def _marks(host: Host) -> object:
    shown = host.session.viewport.state.slice
    return () if shown is None else host.session.workspace.annotations.on(shown)


STEPS: tuple[Step, ...] = (
    Step(_T("Tour", "Three minutes on a thorax that was made up, no patient. Esc leaves.")),
    Step(
        _T("Tour", "Turn the wheel over the picture, or press ↓: the next slices."),
        lambda host: host.session.stack.index,
    ),
    Step(
        _T("Tour", "Drag with the left button, or press 2 for lung: the window."),
        lambda host: host.session.viewport.state.presentation,
    ),
    Step(
        _T("Tour", "Press Ctrl+1: lung and mediastinum side by side, one scroll."),
        lambda host: sum(each.isVisible() for each in host.session.viewports),
    ),
    Step(_T("Tour", "Press D and draw a line: a measure in mm. Ctrl+Z takes it back."), _marks),
    Step(_T("Tour", "Press Ctrl+F: findings are looked for. F goes to the next, Y accepts, X rejects.")),
    Step(_T("Tour", "That is all. F1 opens the manual, ? lists every key. Now drop your own files.")),
)
