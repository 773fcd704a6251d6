"""The form of an archive: what it accepts and shows, and what it leaves to the key store."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QLineEdit

from lungview.remote_nodes import DicomNode, RemoteNode, Tls, WebNode
from lungview.ui.pacs.node_form import NodeForm

DIMSE = DicomNode(
    "ward",
    "PACS",
    "10.0.0.5",
    104,
    "US",
    "10.0.0.9",
    11112,
    12.5,
    7,
    Tls("ca.pem", "us.pem", "us.key", "pacs"),
)
V6 = DicomNode("ward", "PACS", "fe80::1", 104)
WEB = WebNode("web", "https://h/dicom-web", "basic", "reader", 5.0, 2, Tls("ca.pem"))
TOKEN = WebNode("web", "http://127.0.0.1:8042/dicom-web", "bearer")


def _form(qtbot: Any, node: RemoteNode | None = None) -> NodeForm:
    form = NodeForm(None, node)
    qtbot.addWidget(form)
    form.show()
    return form


@pytest.mark.parametrize("node", [DIMSE, V6, WEB, TOKEN], ids=["TLS", "IPv6", "https", "token"])
def test_a_node_that_is_changed_in_nothing_stays_as_it_was(qtbot: Any, node: RemoteNode) -> None:
    form = _form(qtbot, node)
    form._accept()
    assert form.node == node
    assert form.before == node.name


def test_an_address_that_is_none_is_refused_with_what_was_expected(qtbot: Any) -> None:
    form = _form(qtbot)
    form.name.setText("ward")
    form.address.setText("PACS at 10.0.0.5")
    form._accept()
    assert form.result() != QDialog.DialogCode.Accepted
    assert "TITLE@HOST" in form.fault.text()
    form.address.setText("PACS@10.0.0.5:104")
    form._accept()
    assert form.result() == QDialog.DialogCode.Accepted
    assert form.node == DicomNode("ward", "PACS", "10.0.0.5", 104)


def test_each_kind_of_address_has_its_own_fields(qtbot: Any) -> None:
    form = _form(qtbot)
    form.address.setText("PACS@10.0.0.5:104")
    assert (form.own_title.isVisible(), form.login.isVisible()) == (True, False)
    assert not form.tls_fields.isVisible()
    form.tls.setChecked(True)
    assert form.tls_fields.isVisible()
    form.address.setText("https://h/dicom-web")
    assert (form.own_title.isVisible(), form.login.isVisible()) == (False, True)
    assert form.tls_fields.isVisible()
    form.address.setText("http://h/dicom-web")
    assert not form.tls_fields.isVisible()


def test_a_password_is_not_readable_and_no_part_of_the_node(qtbot: Any) -> None:
    form = _form(qtbot, WEB)
    form.login.secret.setText("hunter2")
    form._accept()
    assert form.login.secret.echoMode() == QLineEdit.EchoMode.Password
    assert form.secret == "hunter2"
    assert "hunter2" not in repr(form.node)
    form.login.way.setCurrentIndex(0)
    assert form.secret == ""
