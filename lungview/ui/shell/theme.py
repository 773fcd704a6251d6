"""The two themes and the icons, all read from the resources folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from lungview import paths

THEMES = ("dark", "light")
_ICON_SIZES = (20, 40)  # at 100 % and 200 %

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "base",
    QPalette.ColorRole.AlternateBase: "alternate",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "error",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "border",
    QPalette.ColorRole.Light: "raised",
}
_GREYED = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)


@lru_cache(maxsize=len(THEMES))
def colours(theme: str) -> Mapping[str, str]:
    """The colours of a theme by name, as #rrggbb."""
    with (paths.resources() / "theme" / f"{theme}.toml").open("rb") as file:
        return tomllib.load(file)


def palette(theme: str) -> QPalette:
    """The theme as Qt's own palette: what no style sheet has to repeat."""
    named = colours(theme)
    made = QPalette()
    for role, name in _ROLES.items():
        made.setColor(role, QColor(named[name]))
    for role in _GREYED:
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(named["disabled"]))
    return made


def style_sheet(theme: str) -> str:
    """The style sheet with the theme's colours. KeyError when it names a colour the theme has not."""
    text = (paths.resources() / "theme" / "style.qss").read_text(encoding="utf-8")
    folder = paths.resources() / "theme"
    drawn = {name: (folder / f"{name}-{theme}.svg").as_posix() for name in ("check", "more")}
    named = {**colours(theme), **drawn}
    return re.sub(r"@(\w+)", lambda found: named[found[1]], text)


def apply(application: QApplication, theme: str) -> None:
    """Give every window the theme, now."""
    if not application.styleSheet():
        application.setStyle("Fusion")  # the only style that takes a palette whole on every platform
    application.setPalette(palette(theme))
    application.setStyleSheet(style_sheet(theme))


@lru_cache(maxsize=256)
def icon(name: str, theme: str = "dark") -> QIcon:
    """The icon resources/icons/NAME.svg in the theme's colours. FileNotFoundError when there is none."""
    from PySide6.QtSvg import QSvgRenderer  # not at import: the window must be up before it is needed

    svg = QSvgRenderer(QByteArray((paths.resources() / "icons" / f"{name}.svg").read_bytes()))
    named = colours(theme)
    made = QIcon()
    for size in _ICON_SIZES:
        shape = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        shape.fill(Qt.GlobalColor.transparent)
        painter = QPainter(shape)
        svg.render(painter)
        painter.end()
        for mode, colour in ((QIcon.Mode.Normal, named["text"]), (QIcon.Mode.Disabled, named["disabled"])):
            made.addPixmap(_coloured(shape, QColor(colour)), mode)
    return made


def _coloured(shape: QImage, colour: QColor) -> QPixmap:
    """A shape all in one colour: drawing it is slower than dyeing it."""
    dyed = QImage(shape)
    painter = QPainter(dyed)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(dyed.rect(), colour)
    painter.end()
    return QPixmap.fromImage(dyed)


class ActionIcons:
    """The icons of actions, in one theme.

    Fifty of them take longer than a slice: none is drawn before `draw`, and each at once after.
    """

    def __init__(self) -> None:
        self._named: list[tuple[QAction, str]] = []
        self._theme, self._drawn = THEMES[0], False

    def put(self, action: QAction, name: str) -> None:
        """Give an action the icon resources/icons/NAME.svg."""
        self._named.append((action, name))
        if self._drawn:
            self._draw(action, name)

    def draw(self) -> Iterator[Callable[[], None]]:
        """Steps that draw those there are, one each."""
        self._drawn = True
        for action, name in tuple(self._named):
            yield partial(self._draw, action, name)

    def use(self, theme: str) -> None:
        """Draw in the colours of another theme."""
        self._theme = theme
        for action, name in self._named if self._drawn else ():
            self._draw(action, name)

    def _draw(self, action: QAction, name: str) -> None:
        action.setIcon(icon(name, self._theme))
