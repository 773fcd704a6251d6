"""A small form for one archive; it checks as the settings' file is checked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from lungview import remote_nodes
from lungview.remote_nodes import DicomNode, RemoteNode, WebNode
from lungview.ui.language import speaking
from lungview.ui.pacs.node_fields import LoginFields, TlsFields


class NodeForm(QDialog):
    """Name, address, our title and port, TLS, log-in. node: to change; else one is added. taken: names.

    `node` is there once it was accepted, `secret` where one was entered; `before` is the name it had.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        node: RemoteNode | None = None,
        taken: Collection[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Change an archive") if node else self.tr("Add an archive"))
        self.node: RemoteNode | None = None
        self.before = node.name if node else ""
        self._taken = set(taken) - {self.before}
        self._make(node)
        self._make_parts(node)
        self._lay_out()
        self.address.textChanged.connect(lambda _: self._reflect())
        self.tls.toggled.connect(lambda _: self._reflect())
        self.login.changed.connect(self._fit)
        self._reflect()

    def _make(self, node: RemoteNode | None) -> None:
        dimse = node if isinstance(node, DicomNode) else None
        self.name, self.address = QLineEdit(self.before), QLineEdit(_address(node))
        self.own_title = QLineEdit(dimse.own_title if dimse else "LUNGVIEW")
        self.own_port = QSpinBox(maximum=65535)
        self.own_port.setSpecialValueText(self.tr("none"))
        self.own_port.setValue(dimse.own_port if dimse else 0)
        self.own_host = QLineEdit(dimse.own_host if dimse else "127.0.0.1")
        self.timeout_s = QDoubleSpinBox(minimum=0.1, maximum=3600, decimals=1, suffix=" s")
        self.timeout_s.setValue(node.timeout_s if node else 30.0)
        self.tries = QSpinBox(minimum=1, maximum=100)
        self.tries.setValue(node.tries if node else 3)
        self.address.setPlaceholderText("TITLE@HOST:104, https://host/dicom-web")
        self.address.setMinimumWidth(320)

    def _make_parts(self, node: RemoteNode | None) -> None:
        tls = node.tls if node else None
        self.tls, self.tls_fields = QCheckBox(self.tr("TLS, 1.2 or later")), TlsFields(tls)
        self.tls.setChecked(tls is not None)
        web = node if isinstance(node, WebNode) else None
        self.login = LoginFields(web.authentication, web.user) if web else LoginFields()
        self.fault = QLabel(wordWrap=True)

    def _lay_out(self) -> None:
        self._form = form = QFormLayout(self)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Address"), self.address)
        form.addRow(self.tr("Our AE title"), self.own_title)
        form.addRow(self.tr("Our port"), self.own_port)
        form.addRow(self.tr("Our address"), self.own_host)
        form.addRow(self.login)
        form.addRow(self.tls)
        form.addRow(self.tls_fields)
        form.addRow(self.tr("Longest wait"), self.timeout_s)
        form.addRow(self.tr("Tries"), self.tries)
        form.addRow(self.fault)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    @property
    def secret(self) -> str:
        """The password or token that was entered; "" leaves what is kept."""
        return self.login.secret.text() if self.login.way.currentData() != "none" else ""

    @property
    def _of_web(self) -> bool:
        return "://" in self.address.text()

    def _reflect(self) -> None:
        """Show what the address has a use for; over https TLS is spoken anyway."""
        web = self._of_web
        for field in (self.own_title, self.own_port, self.own_host):
            self._form.setRowVisible(field, not web)
        self._form.setRowVisible(self.login, web)
        secure = self.address.text().strip().startswith("https://")
        self._form.setRowVisible(self.tls, not web)
        self._form.setRowVisible(self.tls_fields, secure or (not web and self.tls.isChecked()))
        self._fit()

    def _fit(self) -> None:
        self._form.activate()
        self.adjustSize()

    def _accept(self) -> None:
        name = self.name.text().strip()
        if name in self._taken:
            self.fault.setText(self.tr("There is an archive %1 already.").replace("%1", name))
            return
        try:
            self.node = remote_nodes.checked({name: self._values()})[name]
        except ValueError as error:
            self.fault.setText(self.tr("Expected %1.").replace("%1", speaking.said(str(error))))
            return
        self.accept()

    def _values(self) -> dict[str, Any]:
        address = self.address.text().strip()
        patience = {"timeout_s": self.timeout_s.value(), "tries": self.tries.value()}
        if self._of_web:
            return {"url": address, **self.login.values(), **self._tls_of_web(), **patience}
        found = remote_nodes.from_address(address)
        if found is None:
            raise ValueError("an address such as TITLE@HOST:104, or a URL")
        own = {
            "own_title": self.own_title.text().strip(),
            "own_port": self.own_port.value(),
            "own_host": self.own_host.text().strip(),
        }
        tls = {"tls": self.tls_fields.values()} if self.tls.isChecked() else {}
        return {"ae_title": found.ae_title, "host": found.host, "port": found.port, **own, **tls, **patience}

    def _tls_of_web(self) -> dict[str, Any]:
        values = self.tls_fields.values()
        secure = self.address.text().strip().startswith("https://")
        return {"tls": values} if secure and any(values.values()) else {}


def _address(node: RemoteNode | None) -> str:
    if node is None:
        return ""
    if isinstance(node, WebNode):
        return node.url
    host = f"[{node.host}]" if ":" in node.host else node.host
    return f"{node.ae_title}@{host}:{node.port}"
