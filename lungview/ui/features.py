"""What is added to a window besides panels: each `install(window)` brings actions, tools, layers, dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lungview.ui.main_window import MainWindow

FEATURES: tuple[Callable[[MainWindow], None], ...] = ()
