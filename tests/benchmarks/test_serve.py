"""The server under 32 clients at once, beside Flask around Keras doing the same on the same machine.

LUNGVIEW_LOAD_SECONDS sets how long each is asked (60). Both answer with probabilities and heat maps, ours
with those of all classes.
"""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lungview.image.phantom import Thorax, write_pngs
from lungview.model.card import to_json
from tests.benchmarks.networks.test_classify import built
from tests.serve.conftest import Served, running, until

CLIENTS = 32
SECONDS = float(os.environ.get("LUNGVIEW_LOAD_SECONDS", "60"))
NETWORK, MODEL = "resnet50", "bench"
MOST_GROWTH = 40  # MB
LEAST_RATIO = 10.0

pytestmark = [pytest.mark.slow, pytest.mark.tensorflow, pytest.mark.timeout(900)]


@dataclass
class Load:
    """What the clients met. seconds: until the last was answered. times: of answers, s.

    lost: statuses other than 200, and broken connections.
    """

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1]

    def __str__(self) -> str:
        return f"{self.rate:.1f} answers/s, p95 {self.p95:.2f} s, {len(self.lost)} lost"


def installed(folder: Path):
    """The Keras model, and the same as a model of the server that runs in a folder."""
    model, entry = built(NETWORK, folder / "home" / "data" / "models" / MODEL)
    card = dataclasses.replace(entry.card, id=MODEL)
    (entry.folder / "card.json").write_text(json.dumps(to_json(card)))
    return model


def form(picture: Path, fields: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + picture.read_bytes() + b"\r\n--x--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=x"}


def load(port: int, path: str, body: bytes, headers: dict[str, str], seconds: float = SECONDS) -> Load:
    """32 clients, each asking again as soon as it is answered."""
    found = Load()
    begin = time.monotonic()

    def client() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        while time.monotonic() - begin < seconds:
            start = time.perf_counter()
            try:
                line.request("POST", path, body, headers)
                answer = line.getresponse()
                answer.read()
            except OSError as error:
                found.lost.append(type(error).__name__)
                line.close()
                continue
            if answer.status == 200:
                found.times.append(time.perf_counter() - start)
            else:
                found.lost.append(str(answer.status))
        line.close()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.monotonic() - begin
    return found


def memory(served: Served) -> float:
    """MB that the server and its workers hold."""
    pids = [served.process.pid, *served.workers()]
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


@contextmanager
def keras_server(model: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).with_name("keras_server.py")
    command = [sys.executable, str(script), str(model), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            assert until(lambda: _answers(port), 120)
            yield port
        finally:
            process.kill()


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_32_clients_are_answered_ten_times_as_fast_as_by_flask_and_keras(tmp_path):
    pytest.importorskip("flask", reason="needs the peer's server (flask)")
    model = installed(tmp_path)
    model.save(tmp_path / "model.keras")
    (picture,) = write_pngs(tmp_path / "picture", Thorax(slices=1))
    with keras_server(tmp_path / "model.keras") as port:
        load(port, "/predict", *form(picture, {}), seconds=5)  # its first calls build graphs
        peer = load(port, "/predict", *form(picture, {}))
    ours, growth = _ours(tmp_path, picture)
    print(f"\n32 clients, {NETWORK}, heat maps: {ours}; memory {growth:+.0f} MB\nFlask + Keras: {peer}")
    print(f"ratio {ours.rate / peer.rate:.1f}")
    assert ours.lost == []
    assert growth <= MOST_GROWTH
    assert ours.rate / peer.rate >= LEAST_RATIO


def _ours(folder: Path, picture: Path) -> tuple[Load, float]:
    fields = {"model": MODEL, "override": "false", "heat_maps": "true"}
    with running(folder, "--models", MODEL) as served:
        port = int(served.url.rsplit(":", 1)[1].strip("/"))
        body, headers = form(picture, fields)
        load(port, "/api/v1/classify", body, headers, seconds=5)
        before = memory(served)
        found = load(port, "/api/v1/classify", body, headers)
        return found, memory(served) - before


def test_the_answer_that_is_timed_has_numbers_and_heat_maps(tmp_path):
    installed(tmp_path)
    (picture,) = write_pngs(tmp_path / "picture", Thorax(slices=1))
    with running(tmp_path, "--models", MODEL, "--workers", "1") as served, served.client() as client:
        form_ = [("file", ("a.png", picture.read_bytes()))]
        answer = client.post("/classify", files=form_, data={"heat_maps": "true", "model": MODEL})
        (found,) = json.loads(answer.content)["answers"]
    assert len(found["heat_maps"]) == len(found["probabilities"]) == 4
