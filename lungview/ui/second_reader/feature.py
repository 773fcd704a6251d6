"""The second reader in a window: what it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lungview.ui.second_reader.actions import ReaderActions

if TYPE_CHECKING:
    from lungview.ui.shell.host import Host


def install(host: Host) -> None:
    ReaderActions(host)
