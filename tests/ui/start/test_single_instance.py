"""A second start hands its paths to the first; nobody else's words are taken."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from lungview.ui.start.single_instance import SingleInstance, hand_over, server_name

SECOND_START = """
import sys
from PySide6.QtCore import QCoreApplication
from lungview.ui.start.single_instance import hand_over
application = QCoreApplication([])
sys.exit(0 if hand_over(sys.argv[1:]) else 1)
"""


@pytest.fixture
def first(qtbot: QtBot) -> Iterator[SingleInstance]:
    instance = SingleInstance()
    assert instance.listen()
    yield instance
    instance.close()


def test_a_second_process_hands_its_paths_over(qtbot: QtBot, first: SingleInstance, tmp_path: Path) -> None:
    command = [sys.executable, "-c", SECOND_START, "a b.dcm", str(tmp_path / "中.zip")]
    with qtbot.waitSignal(first.paths_received, timeout=20_000) as received:
        second = subprocess.Popen(command, cwd=tmp_path)
    assert received.args == [[str(tmp_path / "a b.dcm"), str(tmp_path / "中.zip")]]
    assert second.wait(10) == 0


def test_without_a_first_there_is_nobody_to_hand_over_to(qtbot: QtBot) -> None:
    assert not hand_over(["a.dcm"])


def test_a_socket_left_by_a_crash_does_not_keep_the_next_start_out(qtbot: QtBot) -> None:
    code = "import os; from PySide6.QtCore import QCoreApplication; a = QCoreApplication([])\n"
    code += "from lungview.ui.start.single_instance import SingleInstance; s = SingleInstance()\n"
    code += "assert s.listen(); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert not hand_over(["a.dcm"])
    again = SingleInstance()
    assert again.listen()
    again.close()


@pytest.mark.parametrize("message", [b"\x00\xff\n", b'{"a": 1}\n', b"[1, 2]\n"])
def test_what_is_not_a_list_of_paths_is_hung_up_on(
    qtbot: QtBot, first: SingleInstance, message: bytes
) -> None:
    socket = QLocalSocket()
    with qtbot.assertNotEmitted(first.paths_received):
        socket.connectToServer(server_name())
        socket.write(message)
        qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
