"""Certificates and log-in of an archive: what the fields show is what they give."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton

from lungview.remote_nodes import Tls
from lungview.ui.pacs.node_fields import LoginFields, PathField, TlsFields


def test_certificates_come_back_as_they_were(qtbot: Any) -> None:
    tls = Tls("ca.pem", "us.pem", "us.key", "pacs")
    fields = TlsFields(tls)
    qtbot.addWidget(fields)
    assert fields.values() == asdict(tls)
    empty = TlsFields()
    qtbot.addWidget(empty)
    assert empty.values() == asdict(Tls())


def test_a_file_that_is_chosen_is_in_the_field(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    field = PathField("old.pem")
    qtbot.addWidget(field)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    field.findChild(QPushButton).click()
    assert field.text() == "old.pem"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("new.pem", ""))
    field.findChild(QPushButton).click()
    assert field.text() == "new.pem"


@pytest.mark.parametrize(
    ("way", "user", "secret"), [("none", False, False), ("basic", True, True), ("bearer", False, True)]
)
def test_each_way_to_log_in_asks_for_what_it_takes(qtbot: Any, way: str, user: bool, secret: bool) -> None:
    fields = LoginFields(way, "reader")
    qtbot.addWidget(fields)
    fields.show()
    assert (fields.user.isVisible(), fields.secret.isVisible()) == (user, secret)
    assert fields.values() == {"authentication": way} | ({"user": "reader"} if user else {})
