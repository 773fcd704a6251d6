"""A real server in a process of its own, as users start it, and what is asked of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from lungview.image.phantom import Thorax, write_series
from lungview.model import model_folder
from lungview.model.card import ClassLabel, ModelCard

TESTS = Path(__file__).parents[1]
BLOBS = TESTS / "network" / "models" / "blobs.tflite"
HEADS = tuple(ClassLabel(k, k, malignant=False) for k in ("nodule", "malignancy", "opacity"))
TOKEN = "0123456789abcdef" * 3
THORAX = Thorax(slices=3, matrix=128)


@dataclass(frozen=True)
class Served:
    """A running server. home: its LUNGVIEW_HOME. scratch: where its uploads lie."""

    process: subprocess.Popen[str]
    url: str
    home: Path
    scratch: Path

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=f"{self.url}api/v1", timeout=60, headers=headers, trust_env=False)

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        children = [int(pid) for each in threads for pid in (each / "children").read_text().split()]
        return [pid for pid in children if b"spawn_main" in _command(pid)]

    def worker(self) -> int:
        """The process id of its one worker; the server may answer before that is there."""
        assert until(lambda: len(self.workers()) == 1)
        return self.workers()[0]

    def uploads(self) -> list[Path]:
        """What lies in its scratch folder."""
        return [path for path in self.scratch.rglob("*") if path.is_file()]


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def install(home: Path) -> None:
    """The tiny test network, and one that finds blobs."""
    models = home / "data" / "models"
    shutil.copytree(TESTS / "data" / "tiny_model", models / "tiny")
    content = BLOBS.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    card = ModelCard("blobs", "Blobs", "1", "findings", "blob", HEADS, (192, 256), sha256=digest)
    model_folder.write(card, content, models / "blobs")


@contextlib.contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Served]:
    """`lungview serve` on a free port, ended with the block."""
    home, scratch = folder / "home", folder / "scratch"
    install(home)
    scratch.mkdir()
    environment = {**os.environ, "LUNGVIEW_HOME": str(home), "TMPDIR": str(scratch)}
    command = [sys.executable, "-m", "lungview", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=(folder / "stderr").open("w"), text=True
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert "http" in said, (folder / "stderr").read_text()
        url = next(word for word in said.split() if word.startswith("http"))
        yield Served(process, url, home, scratch)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)


def until(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether something became true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("served"), "--workers", "1") as found:
        yield found


@pytest.fixture(scope="session")
def pair(tmp_path_factory) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("not installed: openssl")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with served.client() as found:
        yield found


@pytest.fixture(scope="session")
def slices(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A small series of the phantom."""
    return write_series(tmp_path_factory.mktemp("slices"), THORAX)


def for_others(folder: Path, pair: tuple[Path, Path]) -> list[str]:
    """The options of a server for others, at this computer's own address."""
    token = folder / "token"
    token.write_text(TOKEN + "\n")
    token.chmod(0o600)
    files = ["--certificate", str(pair[0]), "--key", str(pair[1]), "--token-file", str(token)]
    return ["--public", "--name", "localhost", *files, "--address", "127.0.0.1", "--models", "tiny"]


def forms(*paths: Path) -> list[tuple[str, tuple[str, bytes]]]:
    """Files as httpx sends them."""
    return [("file", (path.name, path.read_bytes())) for path in paths]
