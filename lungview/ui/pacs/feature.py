"""Archives in a window: what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.pacs.actions import PacsActions
from lungview.ui.shell.actions import QT_TRANSLATE_NOOP
from lungview.ui.shell.host import LEFT, Panel
from lungview.viewer.archives.prior_desk import PriorDesk

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    PacsActions(host)


def _priors(host: Host) -> QWidget:
    from lungview.ui.pacs.priors.panel import PriorsPanel

    desk = host.workspace.services.find(PriorDesk)
    assert desk is not None, "the feature is installed before its panels are made"
    return PriorsPanel(host.workspace, desk)


PANELS = (
    Panel("priors", "PriorsPanel", QT_TRANSLATE_NOOP("Panel", "Earlier studies"), LEFT, _priors, shown=False),
)
