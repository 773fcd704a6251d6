"""All settings on a few pages; exported to and imported from a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lungview import languages, settings
from lungview.errors import SettingsError
from lungview.settings import USER_WINDOW_KEYS, Settings
from lungview.ui.language import speaking
from lungview.ui.settings.controls import Control, choice, number, yes_or_no
from lungview.ui.settings.first_windows import FirstWindows
from lungview.ui.settings.user_windows import UserWindows


class SettingsDialog(QDialog):
    """Shows a Settings value and gives another. applied(Settings) follows OK and Apply.

    models: (id, name) of the models that can be the default.
    """

    applied = Signal(object)

    def __init__(
        self, current: Settings, models: Sequence[tuple[str, str]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Settings"))
        self._base = current
        self.controls: dict[str, Control] = {}
        self.tabs = QTabWidget()
        self._general()
        self._viewing()
        self._windows()
        self._models(models)
        self._archives()
        self.message = QLabel(wordWrap=True)
        self.message.setProperty("role", "error")
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs)
        layout.addWidget(self.message)
        layout.addWidget(self._make_buttons())
        self.show_settings(current)

    def _page(self, title: str, rows: Sequence[tuple[str, str, Control]]) -> None:
        """rows: (setting, label, control); the label is "" where the control says it itself."""
        page = QWidget()
        form = QFormLayout(page)
        for name, label, control in rows:
            self.controls[name] = control
            control.widget.setAccessibleName(label)
            form.addRow(label, control.widget)
        self.tabs.addTab(page, title)

    def _general(self) -> None:
        notice = choice([("monthly", self.tr("Every 30 days")), ("always", self.tr("At every start"))])
        self._page(
            self.tr("General"),
            [
                (
                    "theme",
                    self.tr("Theme"),
                    choice([("dark", self.tr("Dark")), ("light", self.tr("Light"))]),
                ),
                ("language", self.tr("Language"), self._language()),
                ("notice", self.tr("Research-use notice"), notice),
                ("open_adds", "", yes_or_no(self.tr("What is opened is added to what is open"))),
                ("study_list", "", yes_or_no(self.tr("Keep a list of the studies that were opened"))),
                ("single_instance", "", yes_or_no(self.tr("Open files in the window that is already open"))),
                ("restore_session", "", yes_or_no(self.tr("Offer the last session after a crash"))),
                ("cache_mb", self.tr("Memory for slices (0: automatic)"), number(0, 64_000, 256, 0, " MiB")),
            ],
        )

    def _language(self) -> Control:
        """Each by its own name. Reports stay English."""
        made = choice([(languages.SYSTEM, self.tr("As the system")), *languages.NAMES.items()])
        made.widget.setToolTip(self.tr("Of the window. Reports and tables stay English."))
        return made

    def _viewing(self) -> None:
        brighter = choice([("up", self.tr("Up is brighter")), ("down", self.tr("Down is brighter"))])
        sampling = [
            ("nearest", self.tr("Nearest")),
            ("linear", self.tr("Linear")),
            ("cubic", self.tr("Cubic")),
        ]
        text = [("none", self.tr("None")), ("brief", self.tr("Brief")), ("full", self.tr("Full"))]
        patient = yes_or_no(self.tr("Exported pictures show the patient"))
        self._page(
            self.tr("Viewing"),
            [
                ("slice_order", self.tr("Order of axial slices, from the next opening on"), self._order()),
                ("first_slice", self.tr("A series opens at"), self._first_slice()),
                ("brighter", self.tr("Window drag"), brighter),
                ("interpolation", self.tr("Interpolation"), choice(sampling)),
                ("corner_text", self.tr("Text in the corners"), choice(text)),
                ("hide_patient", "", yes_or_no(self.tr("Hide the patient's name and data"))),
                ("cine_fps", self.tr("Cine"), number(1, 60, 1, 1, self.tr(" frames a second"))),
                ("export_patient_text", "", patient),
            ],
        )

    def _order(self) -> Control:
        return choice(
            [
                ("head", self.tr("Head first")),
                ("feet", self.tr("Feet first")),
                ("numbered", self.tr("As numbered by the scanner")),
            ]
        )

    def _first_slice(self) -> Control:
        return choice(
            [
                ("first", self.tr("its first slice")),
                ("middle", self.tr("its middle slice")),
                ("last", self.tr("its last slice")),
            ]
        )

    def _windows(self) -> None:
        first = FirstWindows()
        self.controls["first_window"] = Control(first, first.choices, first.show_choices)
        self.tabs.addTab(first, self.tr("First window"))
        table = UserWindows(USER_WINDOW_KEYS)
        self.controls["user_windows"] = Control(table, table.windows, table.show_windows)
        self.tabs.addTab(table, self.tr("Own presets"))

    def _models(self, models: Sequence[tuple[str, str]]) -> None:
        read_first = yes_or_no(self.tr("Show the model's answer only after the reader's own"))
        self._page(
            self.tr("Model"),
            [
                (
                    "default_model",
                    self.tr("Model"),
                    choice([("", self.tr("The one shipped as default")), *models]),
                ),
                ("read_first", "", read_first),
                ("auto_findings", "", yes_or_no(self.tr("Look for findings when a CT series is opened"))),
                ("heatmap_opacity", self.tr("Heat map opacity"), number(0, 1, 0.05, 2)),
                ("heatmap_threshold", self.tr("Heat map threshold"), number(0, 1, 0.05, 2)),
            ],
        )

    def _archives(self) -> None:
        asked = [
            ("never", self.tr("No")),
            ("origin", self.tr("Of the archive that the study came from")),
            ("all", self.tr("Of all archives")),
        ]
        self._page(
            self.tr("Archives"),
            [
                ("ask_priors", self.tr("Ask for earlier studies of the patient"), choice(asked)),
                ("fetch_priors", "", yes_or_no(self.tr("Fetch them before they are asked for"))),
                ("fetch_priors_most", self.tr("At most so many studies"), number(1, 10, 1, 0)),
                ("fetch_priors_years", self.tr("Not older than"), number(1, 50, 1, 0, self.tr(" years"))),
                ("fetch_priors_mb", self.tr("At most so much of the disk"), number(1, 1e6, 500, 0, " MB")),
            ],
        )
        self.controls["ask_priors"].widget.setToolTip(
            self.tr("The Patient ID of the study on screen is sent to the archive, nothing else.")
        )

    def _make_buttons(self) -> QDialogButtonBox:
        kind = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kind.Ok | kind.Cancel | kind.Apply | kind.RestoreDefaults)
        role = QDialogButtonBox.ButtonRole.ActionRole
        exported = self.buttons.addButton(self.tr("Export…"), role)
        imported = self.buttons.addButton(self.tr("Import…"), role)
        exported.clicked.connect(self._on_export)
        imported.clicked.connect(self._on_import)
        self.buttons.clicked.connect(self._on_button)
        return self.buttons

    def value(self) -> Settings:
        """What the controls show; what has no control here stays as it was."""
        return replace(self._base, **{name: control.get() for name, control in self.controls.items()})

    def show_settings(self, shown: Settings) -> None:
        self._base = shown
        for name, control in self.controls.items():
            control.put(getattr(shown, name))

    def export_to(self, path: Path) -> None:
        """Write what is shown. The sentence of a failure appears in the dialog."""
        self._telling(lambda: settings.save(self.value(), path))

    def import_from(self, path: Path) -> None:
        """Show the settings of a file; they are in force after OK or Apply."""
        self._telling(lambda: self.show_settings(settings.read(path)))

    def _telling(self, act: Callable[[], None]) -> None:
        self.message.clear()
        try:
            act()
        except SettingsError as error:
            self.message.setText(speaking.told(error))

    def _on_button(self, button: QAbstractButton) -> None:
        kind = QDialogButtonBox.StandardButton
        pressed = self.buttons.standardButton(button)
        if pressed is kind.RestoreDefaults:
            self.show_settings(replace(Settings(), shortcuts=self._base.shortcuts))
        elif pressed is kind.Cancel:
            self.reject()
        elif pressed in (kind.Ok, kind.Apply):
            self.applied.emit(self.value())
            if pressed is kind.Ok:
                self.accept()

    def _on_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export settings"), "lungview-settings.json", "JSON (*.json)"
        )
        if name:
            self.export_to(Path(name))

    def _on_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import settings"), "", "JSON (*.json)")
        if name:
            self.import_from(Path(name))
