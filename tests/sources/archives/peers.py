"""Other people's archives on this machine's loopback, each started with a generated configuration and ended.

Orthanc and dcmtk are Debian packages; where one is absent, the tests that need it skip with the reason.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from lungview.remote_nodes import DicomNode, Tls

ORTHANC = shutil.which("Orthanc", path="/usr/sbin:/usr/bin:/usr/local/bin")
DICOMWEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _absent(reason: str) -> NoReturn:
    """Skip with the reason; where everything was to be installed, as in CI, fail with it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def need(program: str) -> str:
    """The path of one of dcmtk's programs; skips where it is absent. pynetdicom's have the same names."""
    found = shutil.which(program, path="/usr/bin:/usr/local/bin:/opt/homebrew/bin")
    if found is None:
        _absent(f"{program} is not installed (Debian package dcmtk)")
    return found


@dataclass
class Orthanc:
    """A running server. own_port: where it expects us to listen, as LUNGVIEW."""

    folder: Path
    http: int
    dicom: int
    own_port: int
    settings: dict[str, Any]
    user: tuple[str, str] | None = None
    server: subprocess.Popen[bytes] | None = None

    def node(self, **other: Any) -> DicomNode:
        values = {"own_port": self.own_port, "timeout_s": 10.0, "tries": 1} | other
        return DicomNode("orthanc", "ORTHANC", "127.0.0.1", self.dicom, **values)

    def start(self) -> None:
        assert ORTHANC is not None
        path = self.folder / "orthanc.json"
        path.write_text(json.dumps(self.settings))
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen([ORTHANC, str(path)], stdout=log, stderr=log)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.server.poll() is not None:
                pytest.fail(f"Orthanc ended: {(self.folder / 'log').read_text(errors='replace')[-800:]}")
            try:
                self.ask("/system")
            except OSError:
                time.sleep(0.02)
            else:
                return
        pytest.fail("Orthanc did not answer within a minute")

    def stop(self) -> None:
        """At once: of itself it takes three seconds to end, and what it has is on disk."""
        assert self.server is not None
        self.server.kill()
        self.server.wait(timeout=30)

    def ask(self, path: str, data: bytes | None = None, method: str | None = None) -> Any:
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}{path}", data=data, method=method)
        if self.user:
            told = base64.b64encode(":".join(self.user).encode()).decode()
            request.add_header("Authorization", f"Basic {told}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def delete(self, path: str) -> None:
        self.ask(path, method="DELETE")

    def upload(self, files: list[Path]) -> None:
        for file in files:
            assert self.ask("/instances", file.read_bytes())["Status"] in ("Success", "AlreadyStored")

    def instances(self) -> set[str]:
        """SOP Instance UIDs of all that it holds."""
        return {each["MainDicomTags"]["SOPInstanceUID"] for each in self.ask("/instances?expand")}


@contextmanager
def orthanc(folder: Path, user: tuple[str, str] | None = None, **settings: Any) -> Iterator[Orthanc]:
    """An Orthanc that knows us as LUNGVIEW; ended when the block ends."""
    if ORTHANC is None:
        _absent("Orthanc is not installed (Debian package orthanc)")
    own = free_port()
    http, dicom = free_port(), free_port()
    base: dict[str, Any] = {
        "Name": "LungViewTest",
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "HttpPort": http,
        "DicomPort": dicom,
        "DicomAet": "ORTHANC",
        "DicomCheckCalledAet": True,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomAlwaysAllowEcho": False,
        "DicomModalities": {
            "lungview": {
                "AET": "LUNGVIEW",
                "Host": "127.0.0.1",
                "Port": own,
                "AllowEcho": True,
                "AllowFind": True,
                "AllowGet": True,
                "AllowMove": True,
                "AllowStore": True,
                "AllowStorageCommitment": True,
                "UseDicomTls": bool(settings.get("DicomTlsEnabled")),
            }
        },
        "Plugins": [],
    }
    found = Orthanc(folder, http, dicom, own, base | settings, user)
    found.start()
    try:
        yield found
    finally:
        found.stop()


@contextmanager
def dicomweb(folder: Path, **settings: Any) -> Iterator[Orthanc]:
    """An Orthanc that speaks DICOMweb too."""
    if not DICOMWEB.exists():
        _absent("Orthanc's DICOMweb is not installed (Debian package orthanc-dicomweb)")
    web = {"Enable": True, "Root": "/dicom-web/"}
    with orthanc(folder, Plugins=[str(DICOMWEB)], DicomWeb=web, **settings) as running:
        yield running


@dataclass
class Certificates:
    """A small authority of our own, and what it has signed for 127.0.0.1."""

    folder: Path

    def tls(self, name: str = "client", authorities: str = "ca") -> Tls:
        return Tls(*(str(self.folder / f"{each}.pem") for each in (authorities, name)), self.key(name), "")

    def path(self, name: str) -> str:
        return str(self.folder / f"{name}.pem")

    def key(self, name: str) -> str:
        return str(self.folder / f"{name}.key")


def make_certificates(folder: Path) -> Certificates:
    """Made by the openssl program; skips where it is absent."""
    program = shutil.which("openssl")
    if program is None:
        _absent("openssl is not installed")

    def run(*arguments: str) -> None:
        subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)

    for ca in ("ca", "stranger"):
        run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={ca}",
            "-keyout", f"{ca}.key", "-out", f"{ca}.pem")  # fmt: skip
    (folder / "ext").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    for name, ca in (("server", "ca"), ("client", "ca"), ("impostor", "stranger")):
        run("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.csr")  # fmt: skip
        run("x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key",
            "-CAcreateserial", "-days", "2", "-extfile", "ext", "-out", f"{name}.pem")  # fmt: skip
    return Certificates(folder)


@contextmanager
def running(*command: str, ready: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """A program that listens on port `ready`; ended when the block ends."""
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 20
        while ready and time.monotonic() < end and program.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", ready)) == 0:
                    break
            time.sleep(0.05)
        yield program
    finally:
        program.terminate()
        program.wait(timeout=20)


@contextmanager
def storescp(folder: Path, *options: str) -> Iterator[DicomNode]:
    """dcmtk's receiver, which puts what it gets into a folder."""
    program = need("storescp")
    port = free_port()
    folder.mkdir(exist_ok=True)
    with running(program, "-od", str(folder), *options, str(port), ready=port):
        yield DicomNode("storescp", "ANY", "127.0.0.1", port, timeout_s=10.0, tries=1)


@contextmanager
def dcmqrscp(folder: Path) -> Iterator[DicomNode]:
    """dcmtk's archive. It knows us as LUNGVIEW at the node's own_port."""
    program = need("dcmqrscp")
    port, own = free_port(), free_port()
    (folder / "db").mkdir()
    (folder / "dcmqrscp.cfg").write_text(
        f"""NetworkTCPPort = {port}
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
us = (LUNGVIEW, 127.0.0.1, {own})
HostTable END
AETable BEGIN
DCMTK {folder / "db"} RW (200, 1024mb) ANY
AETable END
"""
    )
    with running(program, "-c", str(folder / "dcmqrscp.cfg"), ready=port):
        yield DicomNode("dcmqrscp", "DCMTK", "127.0.0.1", port, own_port=own, timeout_s=10.0, tries=1)


class Cutter:
    """A line to a port that is cut, the first `cuts` times, after so many bytes from the far side.

    secure: speaks TLS on the near side, as a proxy before an archive does.
    """

    def __init__(
        self, target: int, after: int = 0, cuts: int = 1, secure: ssl.SSLContext | None = None
    ) -> None:
        self.cuts, self._target, self._after, self._secure = cuts, target, after, secure
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._secure is not None:
                    try:
                        near = self._secure.wrap_socket(near, server_side=True)
                    except OSError:  # who does not trust us
                        continue
                far = socket.create_connection(("127.0.0.1", self._target))
                threading.Thread(target=self._pump, args=(near, far, False), daemon=True).start()
                threading.Thread(target=self._pump, args=(far, near, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        passed = 0
        with suppress(OSError):
            while piece := source.recv(4096):
                passed += len(piece)
                if counted and passed > self._after and self.cuts > 0:
                    self.cuts -= 1
                    break
                sink.sendall(piece)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
