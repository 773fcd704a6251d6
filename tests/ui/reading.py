"""What tests of the second reader share: a small model installed, a picture it knows, an answer awaited."""

from __future__ import annotations

from tests.tiny import THORAX, install, square, thorax_slices
from tests.ui.waiting import heard

__all__ = ["THORAX", "answered", "install", "panel", "square", "thorax_slices"]


def answered(qtbot, reader, **how: object):
    with heard(qtbot, reader.answer_changed, timeout=10_000):
        reader.run(**how)
    qtbot.waitUntil(lambda: reader.case() is not None)
    return reader.case()


def panel(window):
    """The panel of its answers."""
    return window.panels["prediction"]
