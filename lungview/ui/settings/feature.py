"""Settings, shortcuts, the notice and the theme in a window: what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.settings.preferences import Preferences

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    Preferences(host)
