"""A small form for one archive; it checks as the settings' file is checked."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from lungview import remote_nodes
from lungview.remote_nodes import RemoteNode
from lungview.ui.language import speaking


class NodeForm(QDialog):
    """Name, address, our title and port. `node` is there once it was accepted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add an archive"))
        self.node: RemoteNode | None = None
        self.name, self.address, self.own_title = QLineEdit(), QLineEdit(), QLineEdit("LUNGVIEW")
        self.own_port = QSpinBox(maximum=65535)
        self.own_port.setSpecialValueText(self.tr("none"))
        self.fault = QLabel(wordWrap=True)
        self.address.setPlaceholderText("TITLE@HOST:104, https://host/dicom-web")
        self.address.setMinimumWidth(320)
        form = QFormLayout(self)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Address"), self.address)
        form.addRow(self.tr("Our AE title"), self.own_title)
        form.addRow(self.tr("Our port"), self.own_port)
        form.addRow(self.fault)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _accept(self) -> None:
        name = self.name.text().strip()
        try:
            self.node = remote_nodes.checked({name: self._values()})[name]
        except ValueError as error:
            self.fault.setText(self.tr("Expected %1.").replace("%1", speaking.said(str(error))))
            return
        self.accept()

    def _values(self) -> dict[str, Any]:
        address = self.address.text().strip()
        if "://" in address:
            return {"url": address}
        found = remote_nodes.from_address(address)
        if found is None:
            raise ValueError("an address such as TITLE@HOST:104, or a URL")
        own = {"own_title": self.own_title.text().strip(), "own_port": self.own_port.value()}
        return {"ae_title": found.ae_title, "host": found.host, "port": found.port, **own}
