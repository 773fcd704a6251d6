"""Archives are added, changed, removed; a password goes to the key store, and with its archive out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from PySide6.QtCore import Qt

from lungview.remote_nodes import DicomNode, WebNode
from lungview.ui.pacs.node_box import NodeBox
from lungview.ui.pacs.node_form import NodeForm
from lungview.ui.studies.session import Session
from lungview.ui.studies.tasks import Tasks
from lungview.viewer.study_list.origins import Origins

WEB = WebNode("web", "https://h/dicom-web", "basic", "reader")


class _Store(KeyringBackend):
    """A key store in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(username)

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop(username, None)


@pytest.fixture
def store() -> Iterator[_Store]:
    before, made = keyring.get_keyring(), _Store()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def box(qtbot: Any) -> Iterator[NodeBox]:
    session, tasks = Session(), Tasks()
    made = NodeBox(session, tasks)
    qtbot.addWidget(made)
    yield made
    tasks.close()
    session.close()


def _take(box: NodeBox, node: Any, secret: str = "", before: Any = None) -> None:
    form = NodeForm(box, before)
    fresh = NodeForm(box, node)
    fresh.before = form.before
    fresh.login.secret.setText(secret)
    fresh._accept()
    box.take(fresh)


def test_a_password_goes_to_the_key_store_and_out_of_it_with_the_archive(
    qtbot: Any, box: NodeBox, store: _Store
) -> None:
    _take(box, WEB, "hunter2")
    qtbot.waitUntil(lambda: store.kept == {"reader@https://h/dicom-web": "hunter2"})
    assert box.node() == WEB
    box.remove_button.click()
    qtbot.waitUntil(lambda: store.kept == {})
    assert box.node() is None


def test_an_archive_that_is_renamed_stands_there_once(box: NodeBox) -> None:
    old, new = DicomNode("old", "A", "h", 104), DicomNode("new", "A", "h", 105)
    _take(box, old)
    _take(box, new, before=old)
    assert [box.nodes.itemText(i) for i in range(box.nodes.count())] == ["new"]
    assert box.node() == new


def test_who_goes_by_the_name_of_an_archive_is_told_of_its_new_one_alone(box: NodeBox) -> None:
    told: list[tuple[str, str]] = []
    origins = box._session.workspace.services.one(Origins, Origins)
    origins.when_renamed(lambda *names: told.append(names))
    old, new = DicomNode("old", "A", "h", 104), DicomNode("new", "A", "h", 104)
    _take(box, old)
    _take(box, replace(old, port=105), before=old)
    assert told == []
    _take(box, new, before=old)
    assert told == [("old", "new")]


def test_no_archive_takes_the_name_of_another(qtbot: Any, box: NodeBox) -> None:
    for name in ("ward", "hospital"):
        _take(box, DicomNode(name, "A", name, 104))
    box.change_button.click()
    (form,) = box.findChildren(NodeForm, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1:]
    form.name.setText("ward")
    form._accept()
    assert form.fault.text() == "There is an archive ward already."
    assert [node.name for node in box._nodes().values()] == ["ward", "hospital"]
    form.name.setText("hospital")
    form._accept()
    assert form.node is not None


def test_an_archive_that_is_gone_is_said_and_no_other_is_chosen_for_it(qtbot: Any, box: NodeBox) -> None:
    _take(box, DicomNode("ward", "A", "h", 104))
    with qtbot.waitSignal(box.said) as said:
        box.prefer("hospital")
    assert said.args == ["The study came from hospital, which is no longer among the archives."]
    assert box.node() is None


def test_without_an_archive_only_one_can_be_added(qtbot: Any, box: NodeBox) -> None:
    with qtbot.waitSignal(box.said) as said:
        box.say_if_empty()
    assert "add one" in said.args[0]
    buttons = (box.test_button, box.add_button, box.change_button, box.remove_button)
    assert [each.isEnabled() for each in buttons] == [False, True, False, False]


def test_a_machine_without_a_key_store_says_so(qtbot: Any, box: NodeBox) -> None:
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    try:
        with qtbot.waitSignal(box.said, timeout=10_000) as said:
            _take(box, WEB, "hunter2")
    finally:
        keyring.set_keyring(before)
    assert "key store cannot be used" in said.args[0]
    assert "hunter2" not in said.args[0]
