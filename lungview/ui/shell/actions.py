"""The one table of actions: id, text, default keys, menu. Everything the program does has a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
)

from lungview.ui.keys import key_places
from lungview.ui.keys.focus_keys import chosen, keys_needed, list_of, typed_into
from lungview.ui.shell import theme


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Marks a text for lupdate; translated when the action is made."""
    return text


_T = QT_TRANSLATE_NOOP
CONTEXT = "Actions"

FILE, EDIT, VIEW, WINDOW, SLICES, TOOLS, ANALYSE, HELP = MENUS = (
    _T("Actions", "&File"),
    _T("Actions", "&Edit"),
    _T("Actions", "&View"),
    _T("Actions", "&Window/level"),
    _T("Actions", "&Slices"),
    _T("Actions", "&Tools"),
    _T("Actions", "&Analyse"),
    _T("Actions", "&Help"),
)


TURN, SMOOTHING, SHOWN, LAYOUT = (
    _T("Actions", "Flip and turn"),
    _T("Actions", "Interpolation"),
    _T("Actions", "Shown on the picture"),
    _T("Actions", "Views"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One action. keys: the defaults, portable text of QKeySequence; icon: a file of resources/icons.

    group: the submenu it stands in, "" for the menu itself.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    menu: str = VIEW
    icon: str = ""
    group: str = ""
    checkable: bool = False


ACTIONS: tuple[Row, ...] = (
    Row("file.open", _T("Actions", "Open files…"), ("Ctrl+O",), FILE, "open"),
    Row("file.open_folder", _T("Actions", "Open folder…"), ("Ctrl+Shift+O",), FILE, "folder"),
    Row("file.open_pacs", _T("Actions", "Open from PACS…"), ("Ctrl+Alt+O",), FILE),
    Row("file.open_instead", _T("Actions", "Open folder instead of what is open…"), (), FILE),
    Row("file.recent", _T("Actions", "Open recent"), (), FILE),
    Row("file.sample", _T("Actions", "Open the synthetic sample"), (), FILE),
    Row("file.stop", _T("Actions", "Stop reading"), ("Ctrl+.",), FILE),
    Row("file.skipped", _T("Actions", "Skipped files…"), (), FILE),
    Row("file.export", _T("Actions", "Export picture…"), ("Ctrl+E",), FILE, "export"),
    Row("file.tags", _T("Actions", "DICOM tags…"), ("Ctrl+T",), FILE, "tags"),
    Row("file.settings", _T("Actions", "Settings…"), ("Ctrl+,",), FILE, "settings"),
    Row("file.quit", _T("Actions", "Quit"), ("Ctrl+Q",), FILE),
    Row("edit.undo", _T("Actions", "Undo"), ("Ctrl+Z",), EDIT, "undo"),
    Row("edit.redo", _T("Actions", "Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), EDIT, "redo"),
    Row("edit.delete", _T("Actions", "Delete selected"), ("Del", "Backspace"), EDIT, "delete"),
    Row("edit.delete_all", _T("Actions", "Delete all annotations"), (), EDIT),
    Row("edit.copy", _T("Actions", "Copy picture"), ("Ctrl+C",), EDIT, "copy"),
    Row("edit.cancel", _T("Actions", "Cancel"), ("Esc",), EDIT),
    Row("view.zoom_in", _T("Actions", "Zoom in"), ("+", "Ctrl++"), VIEW, "zoom-in"),
    Row("view.zoom_out", _T("Actions", "Zoom out"), ("-", "Ctrl+-"), VIEW, "zoom-out"),
    Row("view.fit", _T("Actions", "Fit"), ("=",), VIEW, "fit"),
    Row("view.actual", _T("Actions", "Actual pixels 1:1"), ("Ctrl+0",), VIEW, "one-to-one"),
    Row("view.flip_horizontal", _T("Actions", "Flip left–right"), ("H",), VIEW, "flip-horizontal", TURN),
    Row("view.flip_vertical", _T("Actions", "Flip top–bottom"), ("V",), VIEW, "flip-vertical", TURN),
    Row("view.rotate_left", _T("Actions", "Rotate left"), ("L",), VIEW, "rotate-left", TURN),
    Row("view.rotate_right", _T("Actions", "Rotate right"), ("R",), VIEW, "rotate-right", TURN),
    Row("view.reset", _T("Actions", "Reset view"), ("Space",), VIEW, "reset"),
    Row("view.interpolation", _T("Actions", "Next interpolation"), ("Shift+I",), VIEW, "", SMOOTHING),
    Row(
        "view.nearest", _T("Actions", "Nearest (pixels as they are)"), (), VIEW, "", SMOOTHING, checkable=True
    ),
    Row("view.linear", _T("Actions", "Linear"), (), VIEW, "", SMOOTHING, checkable=True),
    Row("view.cubic", _T("Actions", "Cubic"), (), VIEW, "", SMOOTHING, checkable=True),
    Row("view.text", _T("Actions", "More or less text"), ("O",), VIEW, "", SHOWN),
    Row(
        "view.patient", _T("Actions", "Hide the patient"), ("N",), VIEW, "hide-patient", SHOWN, checkable=True
    ),
    Row("view.annotations", _T("Actions", "Show annotations"), ("Shift+A",), VIEW, "", SHOWN, checkable=True),
    Row("view.planes", _T("Actions", "Show the file's overlays"), (), VIEW, "", SHOWN, checkable=True),
    Row("view.heat_map", _T("Actions", "Show heat map"), ("G",), VIEW, "heatmap", SHOWN, checkable=True),
    Row("view.layout_1", _T("Actions", "One view"), ("Ctrl+Shift+1",), VIEW, "one-view", LAYOUT),
    Row("view.layout_2", _T("Actions", "Two views"), ("Ctrl+Shift+2",), VIEW, "columns", LAYOUT),
    Row("view.layout_4", _T("Actions", "Four views"), ("Ctrl+Shift+4",), VIEW, "grid", LAYOUT),
    Row("view.link", _T("Actions", "Link views"), ("Ctrl+Shift+L",), VIEW, "link", LAYOUT, checkable=True),
    Row("view.full_screen", _T("Actions", "Full screen"), ("F11",), VIEW, "full-screen", checkable=True),
    Row("window.auto", _T("Actions", "Automatic"), ("0",), WINDOW, "window"),
    Row("window.file", _T("Actions", "The file's own"), ("1",), WINDOW),
    Row("window.lung", _T("Actions", "Lung"), ("2",), WINDOW),
    Row("window.mediastinum", _T("Actions", "Mediastinum"), ("3",), WINDOW),
    Row("window.bone", _T("Actions", "Bone"), ("4",), WINDOW),
    Row("window.user_5", _T("Actions", "Own preset 5"), ("5",), WINDOW),
    Row("window.user_6", _T("Actions", "Own preset 6"), ("6",), WINDOW),
    Row("window.user_7", _T("Actions", "Own preset 7"), ("7",), WINDOW),
    Row("window.user_8", _T("Actions", "Own preset 8"), ("8",), WINDOW),
    Row("window.user_9", _T("Actions", "Own preset 9"), ("9",), WINDOW),
    Row("window.invert", _T("Actions", "Invert"), ("I",), WINDOW, "invert"),
    Row("window.enter", _T("Actions", "Enter width and level"), ("Shift+W",), WINDOW),
    Row("slice.next", _T("Actions", "Next slice"), ("Down", "PgDown"), SLICES),
    Row("slice.previous", _T("Actions", "Previous slice"), ("Up", "PgUp"), SLICES),
    Row("slice.next_10", _T("Actions", "Ten slices on"), ("Shift+Down", "Shift+PgDown"), SLICES),
    Row("slice.previous_10", _T("Actions", "Ten slices back"), ("Shift+Up", "Shift+PgUp"), SLICES),
    Row("slice.first", _T("Actions", "First slice"), ("Home",), SLICES),
    Row("slice.last", _T("Actions", "Last slice"), ("End",), SLICES),
    Row("slice.next_marked", _T("Actions", "Next marked slice"), (".",), SLICES),
    Row("slice.previous_marked", _T("Actions", "Previous marked slice"), (",",), SLICES),
    Row("slice.cine", _T("Actions", "Cine"), ("C",), SLICES, "play", checkable=True),
    Row("series.next", _T("Actions", "Next series"), ("Ctrl+Down", "Ctrl+PgDown"), SLICES),
    Row("series.previous", _T("Actions", "Previous series"), ("Ctrl+Up", "Ctrl+PgUp"), SLICES),
    Row("tool.window", _T("Actions", "Window/level"), ("W",), TOOLS, "window", checkable=True),
    Row("tool.region", _T("Actions", "Window from a region"), ("Q",), TOOLS, "region", checkable=True),
    Row("tool.pan", _T("Actions", "Pan"), ("Shift+M",), TOOLS, "pan", checkable=True),
    Row("tool.zoom", _T("Actions", "Zoom"), ("Z",), TOOLS, "zoom-in", checkable=True),
    Row("tool.select", _T("Actions", "Select"), ("S",), TOOLS, "select", checkable=True),
    Row("tool.probe", _T("Actions", "Probe"), ("P",), TOOLS, "probe", checkable=True),
    Row("tool.ruler", _T("Actions", "Ruler"), ("D",), TOOLS, "ruler", checkable=True),
    Row("tool.angle", _T("Actions", "Angle"), ("A",), TOOLS, "angle", checkable=True),
    Row(
        "tool.bidirectional",
        _T("Actions", "Long and short axis"),
        ("Shift+D",),
        TOOLS,
        "bidirectional",
        checkable=True,
    ),
    Row("tool.cobb", _T("Actions", "Cobb angle"), ("Shift+C",), TOOLS, "cobb", checkable=True),
    Row("tool.polyline", _T("Actions", "Polyline"), ("Shift+L",), TOOLS, "polyline", checkable=True),
    Row("tool.profile", _T("Actions", "Profile line"), ("J",), TOOLS, "profile", checkable=True),
    Row("tool.ellipse", _T("Actions", "Ellipse"), ("E",), TOOLS, "ellipse", checkable=True),
    Row("tool.rectangle", _T("Actions", "Rectangle"), ("Shift+E",), TOOLS, "rectangle", checkable=True),
    Row("tool.polygon", _T("Actions", "Polygon"), ("Shift+P",), TOOLS, "polygon", checkable=True),
    Row("tool.contour", _T("Actions", "Contour"), ("Shift+B",), TOOLS, "contour", checkable=True),
    Row("tool.arrow", _T("Actions", "Arrow with text"), ("T",), TOOLS, "arrow", checkable=True),
    Row("tool.key_image", _T("Actions", "Key image"), ("K",), TOOLS, "key", checkable=True),
    Row("help.shortcuts", _T("Actions", "All shortcuts"), ("?",), HELP),
    Row("help.notice", _T("Actions", "Research use notice"), (), HELP),
    Row("help.about", _T("Actions", "About LungView"), (), HELP),
)


class Actions(QObject):
    """The QActions of one window. An action exists once something handles it; keys work everywhere."""

    def __init__(self, window: QMainWindow, keys: Mapping[str, tuple[str, ...]] | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._keys = dict(keys or {})
        self._rows = {row.id: row for row in ACTIONS}
        self._made: dict[str, QAction] = {}
        self.icons = theme.ActionIcons()
        application = QApplication.instance()
        assert application is not None
        application.focusChanged.connect(self._on_focus)  # type: ignore[attr-defined]

    def __getitem__(self, action_id: str) -> QAction:
        return self._made[action_id]

    def __contains__(self, action_id: str) -> bool:
        return action_id in self._made

    def add_rows(self, *rows: Row) -> None:
        """Rows of a panel that brings its own; before it handles them."""
        self._rows.update({row.id: row for row in rows})

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows something handles, in the table's order."""
        return tuple(row for row in self._rows.values() if row.id in self._made)

    def handle(self, action_id: str, slot: Callable[..., Any]) -> QAction:
        """Make the action and connect it. slot takes the checked state when the row is checkable."""
        row = self._rows[action_id]
        action = QAction(QCoreApplication.translate(CONTEXT, row.text), self._window)
        action.setObjectName(row.id)
        action.setCheckable(row.checkable)
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self._bind(action)
        if row.icon:
            self.icons.put(action, row.icon)
        action.triggered.connect(slot if row.checkable else lambda: slot())
        self._window.addAction(action)
        self._made[row.id] = action
        return action

    def keys(self, action_id: str) -> tuple[str, ...]:
        """The keys in force."""
        return self._keys.get(action_id, self._rows[action_id].keys)

    def rebind(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Use these keys instead of the defaults; actions that are not named get their defaults."""
        self._keys = dict(keys)
        for action in self._made.values():
            self._bind(action)

    def name(self, action_id: str, text: str) -> None:
        """Give an action another text; its tooltip says it, too."""
        self._made[action_id].setText(text)
        self._bind(self._made[action_id])

    def _bind(self, action: QAction) -> None:
        """Give an action its keys, and name the first in its tooltip."""
        keys = [QKeySequence(key) for key in self.keys(action.objectName())]
        action.setShortcuts(keys)
        first = f" ({keys[0].toString(QKeySequence.SequenceFormat.NativeText)})" if keys else ""
        action.setToolTip(action.text().replace("&", "").rstrip("…") + first)

    def clashes(self) -> dict[str, tuple[str, ...]]:
        """Keys that more than one handled action has: key → ids. Empty is right: Qt then calls neither."""
        owners: dict[str, list[str]] = {}
        for row in self.rows:
            for key in self.keys(row.id):
                owners.setdefault(QKeySequence(key).toString(), []).append(row.id)
        return {key: tuple(ids) for key, ids in owners.items() if len(ids) > 1}

    def fill(self, menu: QMenu, name: str) -> None:
        """Put the handled actions of one menu into it, in the table's order."""
        menu.clear()
        groups: dict[str, QMenu] = {"": menu}
        for row in self.rows:
            if row.menu == name:
                if row.group not in groups:
                    groups[row.group] = menu.addMenu(QCoreApplication.translate(CONTEXT, row.group))
                groups[row.group].addAction(self._made[row.id])

    def _on_focus(self, old: QObject | None, new: QObject | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None:
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave a focused widget the keys that it needs; find shortcuts by the place of the key, too."""
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            return self._leave(watched, event)
        if event.type() is not QEvent.Type.KeyPress or typed_into(watched):
            return False
        return self._by_place(event) if list_of(watched) is None else chosen(watched, event)

    def _leave(self, watched: QObject, event: QKeyEvent) -> bool:
        bare = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        needed = bare and event.key() in keys_needed(watched)
        # What stands on the row of digits may be a shortcut of its own: presets come first there. Behind
        # Shift it is read without Shift, too: Ctrl+Shift+1 would be Ctrl+1.
        digit = not typed_into(watched) and key_places.hidden_digit(event)
        if needed or (digit and (not event.modifiers() or self._placed(event) is not None)):
            event.accept()
            return True
        return False

    def _by_place(self, event: QKeyEvent) -> bool:
        """Call the action of the letter or digit at the pressed key, where the layout has another sign."""
        action = self._placed(event)
        if action is not None:
            action.trigger()  # one that is off does nothing, and no other sign counts
        return action is not None

    def _placed(self, event: QKeyEvent) -> QAction | None:
        if not (name := key_places.hidden_name(event)):
            return None
        pressed = QKeySequence(event.modifiers().value | ord(name))  # a Key_A is worth an "A"
        owners = (row.id for row in self.rows if pressed in map(QKeySequence, self.keys(row.id)))
        owner = next(owners, None)
        return None if owner is None else self._made[owner]
