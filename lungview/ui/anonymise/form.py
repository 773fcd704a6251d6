"""What is copied without identities, where to, and what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from lungview.viewer.anonymised.copies import Source, Wanted

FOLDER, DICOMDIR, ZIP = "folder", "dicomdir", "zip"
_NEW = "anonymised"  # a folder of this name is made in one that holds something


def tr(text: str) -> str:
    return QCoreApplication.translate("AnonymiseForm", text)


def kept() -> tuple[tuple[str, str, str], ...]:
    """The retain options as a reader chooses them: name, label, what it means."""
    return (
        ("dates", tr("Dates and times"), tr("All but the birth date")),
        ("patient", tr("Sex, age, size, weight"), tr("And smoking and pregnancy status")),
        (
            "descriptors",
            tr("Known words of descriptions"),
            tr("Words that name no person, and short numbers"),
        ),
        ("device", tr("Serial numbers, station names"), tr("They may tell the hospital")),
        ("institution", tr("Institution"), tr("Name, address, department")),
        ("uids", tr("UIDs"), tr("Whoever has the originals can then match the copies to them")),
    )


class AnonymiseForm(QWidget):
    """Fields of one run. changed: something is chosen otherwise.

    sources: (label, what is copied) of what is open; a folder can be chosen besides.
    """

    changed = Signal()

    def __init__(self, sources: Sequence[tuple[str, Source]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source, self.kind, self.out = QComboBox(), QComboBox(), QLineEdit()
        for label, source in sources:
            self.source.addItem(label, source)
        self.source.addItem(tr("A folder…"), None)
        self.kind.addItem(tr("Folder"), FOLDER)
        self.kind.addItem(tr("Folder with DICOMDIR, for a disc or stick"), DICOMDIR)
        self.kind.addItem(tr("Zip file"), ZIP)
        self.out.setPlaceholderText(tr("A new or an empty place, outside the originals"))
        self.browse = QPushButton(tr("Choose…"), autoDefault=False)
        self.keep = {name: QCheckBox(label) for name, label, _ in kept()}
        for name, _, said in kept():
            self.keep[name].setToolTip(said)
        self.with_burned_in = QCheckBox(tr("Also write pictures that may show a name in their pixels"))
        self.with_burned_in.setToolTip(tr("Screenshots, ultrasound, scanned documents: look at each"))
        self._lay_out()
        self.source.activated.connect(self._on_source)
        self.kind.activated.connect(lambda _: self._on_kind())
        self.browse.clicked.connect(self._ask_out)
        self.out.textChanged.connect(lambda _: self.changed.emit())

    def _lay_out(self) -> None:
        place, keep = QHBoxLayout(), QGridLayout()
        place.addWidget(self.out, 1)
        place.addWidget(self.browse)
        for at, box in enumerate(self.keep.values()):
            keep.addWidget(box, at // 2, at % 2)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(tr("Copy"), self.source)
        form.addRow(tr("As"), self.kind)
        form.addRow(tr("To"), place)
        form.addRow(tr("Keep"), keep)
        form.addRow("", self.with_burned_in)
        for widget, name in ((self.source, tr("Copy")), (self.kind, tr("As")), (self.out, tr("To"))):
            widget.setAccessibleName(name)

    @property
    def wanted(self) -> Wanted | None:
        """What is asked for; None while something is not chosen."""
        source, out = self.source.currentData(), self.out.text().strip()
        if not isinstance(source, Source) or not out:
            return None
        kind = self.kind.currentData()
        place = Path(out).expanduser().absolute()
        if kind == ZIP and place.suffix.lower() != ".zip":
            place = place.with_name(place.name + ".zip")
        keep = tuple(name for name, box in self.keep.items() if box.isChecked())
        return Wanted(source, place, keep, kind == DICOMDIR, self.with_burned_in.isChecked())

    def choose_folder(self, folder: Path) -> None:
        """Copy all that is below a folder."""
        at = self.source.count() - 1
        self.source.insertItem(at, str(folder), Source((folder,)))
        self.source.setCurrentIndex(at)
        self.changed.emit()

    def choose_out(self, chosen: Path) -> None:
        """Where to; into a folder that holds something, a new one is made."""
        if self.kind.currentData() != ZIP and chosen.is_dir() and any(chosen.iterdir()):
            chosen = _free(chosen / _NEW)
        self.out.setText(str(chosen))

    def _on_source(self) -> None:
        if self.source.currentData() is None:
            self.source.setCurrentIndex(0)
            folder = QFileDialog.getExistingDirectory(self, tr("Anonymise a folder"))
            if folder:
                self.choose_folder(Path(folder))
        self.changed.emit()

    def _on_kind(self) -> None:
        """A zip has its ending, a folder none."""
        out = self.out.text().strip()
        if self.kind.currentData() != ZIP and out.lower().endswith(".zip"):
            self.out.setText(out[: -len(".zip")])
        self.changed.emit()

    def _ask_out(self) -> None:
        if self.kind.currentData() == ZIP:
            name, _ = QFileDialog.getSaveFileName(self, tr("Anonymised copies"), f"{_NEW}.zip", "Zip (*.zip)")
        else:
            name = QFileDialog.getExistingDirectory(self, tr("Anonymised copies"))
        if name:
            self.choose_out(Path(name))


def _free(path: Path) -> Path:
    """The path, or with the first number behind it that is not taken."""
    number, free = 2, path
    while free.exists():
        free = path.with_name(f"{path.name}-{number}")
        number += 1
    return free
