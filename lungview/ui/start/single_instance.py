"""One window a user: a second start hands its paths to the first. A local socket, never the network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from lungview import paths

_PATIENCE_MS = 1000
_LONGEST_MESSAGE = 1_000_000


def server_name() -> str:
    """The socket's name: one for each user and settings folder."""
    return "lungview-" + hashlib.sha256(str(paths.config()).encode()).hexdigest()[:16]


def hand_over(opened: Sequence[str | Path]) -> bool:
    """Give paths to a running window. False when there is none, or it does not answer in time."""
    socket = QLocalSocket()
    socket.connectToServer(server_name())
    if not socket.waitForConnected(_PATIENCE_MS):
        return False
    socket.write(json.dumps([str(Path(each).absolute()) for each in opened]).encode() + b"\n")
    answered = socket.waitForBytesWritten(_PATIENCE_MS) and socket.waitForReadyRead(_PATIENCE_MS)
    return bool(answered and bytes(socket.readAll().data()).startswith(b"ok"))


class SingleInstance(QObject):
    """Listens for second starts; `paths_received` carries their paths, empty for a start without any."""

    paths_received = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connected)

    def listen(self) -> bool:
        """Begin. Call when `hand_over` found nobody: a socket file left by a crash is removed."""
        QLocalServer.removeServer(server_name())
        return self._server.listen(server_name())

    def close(self) -> None:
        self._server.close()

    def _on_connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._on_ready)
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)

    def _on_ready(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > _LONGEST_MESSAGE:
            socket.abort()
        elif socket.canReadLine():
            self._take(socket, bytes(socket.readLine().data()))

    def _take(self, socket: QLocalSocket, line: bytes) -> None:
        try:
            received = json.loads(line)
        except ValueError:
            received = None
        if not isinstance(received, list) or not all(isinstance(each, str) for each in received):
            socket.abort()
            return
        socket.write(b"ok\n")
        socket.flush()
        self.paths_received.emit(received)
