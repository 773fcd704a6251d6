"""Themes are complete and readable, icons draw something."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lungview import paths
from lungview.ui.pane.placeholder import Placeholder
from lungview.ui.shell import theme

ICONS = sorted(path.stem for path in (paths.resources() / "icons").glob("*.svg"))


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize(
    ("front", "ground"),
    [
        ("text", "window"),
        ("text", "base"),
        ("text", "raised"),
        ("muted", "window"),
        ("muted", "alternate"),
        ("warning", "window"),
        ("error", "window"),
        ("on_accent", "accent"),
    ],
)
def test_text_can_be_read_on_its_ground(name: str, front: str, ground: str) -> None:
    colours = theme.colours(name)
    assert _contrast(colours[front], colours[ground]) >= 4.5  # WCAG 2.1, AA


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("role", ["", "muted", "error", "title"])
def test_what_stands_in_for_a_picture_can_be_read_on_black(
    qtbot: QtBot, qapp: QApplication, name: str, role: str
) -> None:
    before = qapp.styleSheet()
    theme.apply(qapp, name)
    placeholder = Placeholder()
    qtbot.addWidget(placeholder)
    placeholder.sentence.setProperty("role", role)
    placeholder.sentence.ensurePolished()
    ink = placeholder.sentence.palette().color(placeholder.sentence.foregroundRole()).name()
    theme.apply(qapp, "dark")
    qapp.setStyleSheet(before)
    assert _contrast(ink, "#000000") >= 4.5


def test_the_themes_name_the_same_colours() -> None:
    assert set(theme.colours("dark")) == set(theme.colours("light"))


@pytest.mark.parametrize("name", theme.THEMES)
def test_no_colour_is_left_unnamed_in_the_style_sheet(name: str) -> None:
    assert not re.search(r"@\w", theme.style_sheet(name))


def test_a_window_takes_another_theme_at_once(qtbot: QtBot, qapp: QApplication) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    seen = []
    for name in ("light", "dark"):
        theme.apply(qapp, name)
        widget.ensurePolished()
        seen.append(widget.palette().window().color().name())
    assert seen == [theme.colours("light")["window"], theme.colours("dark")["window"]]


def _far(image: QImage, x: int, y: int, colour: QColor) -> int:
    """The largest difference of a channel; drawing rounds by one."""
    found = image.pixelColor(x, y)
    pairs = zip(found.toTuple()[:3], colour.toTuple()[:3], strict=True)
    return max(abs(a - b) for a, b in pairs) if found.alpha() == 255 else 0


def _opaque(image: QImage) -> list[tuple[int, int]]:
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return [(x, y) for x, y in places if image.pixelColor(x, y).alpha() == 255]


@pytest.mark.parametrize("name", [name for name in ICONS if name != "lungview"])
def test_every_icon_draws_in_the_themes_text_colour(qtbot: QtBot, name: str) -> None:
    image = theme.icon(name, "dark").pixmap(40).toImage()
    text = QColor(theme.colours("dark")["text"])
    assert _opaque(image)
    assert max(_far(image, x, y, text) for x, y in _opaque(image)) <= 1


def test_a_greyed_icon_has_the_disabled_colour(qtbot: QtBot) -> None:
    image = theme.icon("folder").pixmap(40, QIcon.Mode.Disabled).toImage()
    disabled = QColor(theme.colours("dark")["disabled"])
    assert max(_far(image, x, y, disabled) for x, y in _opaque(image)) <= 1
