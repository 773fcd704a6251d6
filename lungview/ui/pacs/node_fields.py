"""Parts of the form of an archive: certificates, and how to log in."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from lungview.remote_nodes import Tls


class PathField(QWidget):
    """The path of a PEM file, "" for none."""

    def __init__(self, path: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit(path)
        choose = QPushButton(self.tr("Choose…"), autoDefault=False)
        choose.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(choose)
        self.setFocusProxy(self.line)

    def text(self) -> str:
        return self.line.text().strip()

    def _choose(self) -> None:
        kinds = f"{self.tr('Certificates and keys')} (*.pem *.crt *.cer *.key);;* (*)"
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Certificate or key"), self.text(), kinds)
        if name:
            self.line.setText(name)


class TlsFields(QWidget):
    """Whose signature is trusted, our own certificate and its key, another name in the node's certificate."""

    def __init__(self, tls: Tls | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        known = tls or Tls()
        self.authorities, self.certificate = PathField(known.authorities), PathField(known.certificate)
        self.key, self.host = PathField(known.key), QLineEdit(known.host)
        self.authorities.line.setPlaceholderText(self.tr("the system's"))
        self.certificate.line.setPlaceholderText(self.tr("none"))
        self.key.line.setPlaceholderText(self.tr("none"))
        self.host.setPlaceholderText(self.tr("that of the address"))
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self.tr("Trusted authorities"), self.authorities)
        form.addRow(self.tr("Our certificate"), self.certificate)
        form.addRow(self.tr("Its key"), self.key)
        form.addRow(self.tr("Name in the certificate"), self.host)

    def values(self) -> dict[str, str]:
        """As the settings' file has them."""
        return {
            "authorities": self.authorities.text(),
            "certificate": self.certificate.text(),
            "key": self.key.text(),
            "host": self.host.text().strip(),
        }


class LoginFields(QWidget):
    """None, by name and password, or by a token. The secret goes to the system's key store alone."""

    changed = Signal()

    def __init__(self, way: str = "none", user: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.way, self.user, self.secret = QComboBox(), QLineEdit(user), QLineEdit()
        for value, text in (
            ("none", self.tr("none")),
            ("basic", self.tr("name and password")),
            ("bearer", self.tr("token")),
        ):
            self.way.addItem(text, value)
        self.way.setCurrentIndex(self.way.findData(way))
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.addRow(self.tr("Log-in"), self.way)
        self._form.addRow(self.tr("User"), self.user)
        self._form.addRow(self.tr("Password or token"), self.secret)
        self.way.currentIndexChanged.connect(lambda _: self._reflect())
        self.secret.setPlaceholderText(self.tr("kept in the system's key store; empty leaves it as it is"))
        self._reflect()

    def _reflect(self) -> None:
        way = self.way.currentData()
        self._form.setRowVisible(self.user, way == "basic")
        self._form.setRowVisible(self.secret, way != "none")
        self.changed.emit()

    def values(self) -> dict[str, Any]:
        """As the settings' file has them; the secret is not among them."""
        way = self.way.currentData()
        user = {"user": self.user.text().strip()} if way == "basic" else {}
        return {"authentication": way, **user}
