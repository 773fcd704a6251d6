"""The node of the unpacked Debian package, by the command of its unit, against a peer of this script's own.

A study is sent to it and answered; it is killed while it receives, while it judges and while it answers, and
started again each time: nothing is lost, nothing is answered twice. A fault is a sentence.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from peer import Peer, reports_of, send

from lungview.image.phantom import PATIENT_NAME, Thorax, write_series

MODEL = "mobilenet_v2"
QUIET_S = 2.0
PATIENCE_S = 180.0
LONGEST_S = 900.0
PROGRAM = "/opt/lungview/lungview"
STATE = "/var/lib/lungview-node"  # of the unit
SETTINGS = "/etc/lungview/node.conf"


class Fault(Exception):
    """What the node did not do; the rest of the run means nothing."""


def ran(program: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The unpacked program, run to its end."""
    command = [str(program), *arguments]
    return subprocess.run(command, env=_alone(home), capture_output=True, text=True, timeout=LONGEST_S)


def _alone(home: Path, **more: str) -> dict[str, str]:
    """Nothing of this machine's environment but its screen."""
    kept = {name: os.environ[name] for name in ("DISPLAY", "QT_QPA_PLATFORM") if name in os.environ}
    own = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LUNGVIEW_HOME": str(home)}
    return {**own, **kept, **more}


def command_of(unit: str, settings: str, program: Path, state: Path) -> tuple[list[str], dict[str, str]]:
    """ExecStart and Environment of a unit, as systemd would read them, for other places. Raises Fault.

    settings: what is in the unit's EnvironmentFile.
    """
    lines = dict(re.findall(r"^(ExecStart|Environment|EnvironmentFile)=(.*)$", unit, re.MULTILINE))
    if lines["EnvironmentFile"] != SETTINGS:
        raise Fault(f"the unit reads {lines['EnvironmentFile']}; expected {SETTINGS}")
    given = dict(re.findall(r"^(\w+)=(.*)$", settings, re.MULTILINE))
    told = lines["ExecStart"].replace("$ARGUMENTS", given["ARGUMENTS"])
    told = told.replace(PROGRAM, str(program)).replace(STATE, str(state))
    name, _, value = lines["Environment"].partition("=")
    return shlex.split(told), {name: value.replace(STATE, str(state))}


def umask_of(unit: str) -> int:
    """What systemd would set; its own where the unit says nothing."""
    found = re.search(r"^UMask=(\d+)$", unit, re.MULTILINE)
    return int(found.group(1), 8) if found else 0o022


@dataclass
class Node:
    """The node's process, started again and again over the same folder."""

    command: list[str]
    environment: dict[str, str]
    umask: int
    said: Path
    health: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises Fault: it ended, or is not well in time."""
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=said, stderr=said, umask=self.umask
            )
        until(self.well, "the node's /health did not become ok")

    def well(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            said = " ".join(self.text().split())[-400:]
            raise Fault(f"the node ended with {self.process.returncode}: {said}")
        with suppress(OSError):
            return bool(json.loads(self.asked("/health"))["ok"])
        return False

    def gone(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def asked(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.health}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def metric(self, name: str) -> float:
        line = re.escape(f"lungview_node_{name} ")
        found = re.search(rf"^{line}(\S+)$", self.asked("/metrics"), re.MULTILINE)
        return float(found.group(1)) if found else 0.0

    def kill(self) -> None:
        """As nothing can be prepared for; what judges has lost its parent then, and ends by itself."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=30)

    def end(self) -> None:
        """Raises Fault: it does not end cleanly on SIGTERM."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Fault("SIGTERM does not end the node") from None
        if code or '"event": "stopped"' not in self.text().splitlines()[-1]:
            raise Fault(f"SIGTERM ended the node with {code}, and its last line is {self.text()[-200:]!r}")

    def text(self) -> str:
        return self.said.read_text(errors="replace")


def until(true: Callable[[], bool], otherwise: str, longest_s: float = PATIENCE_S) -> None:
    """Wait for a condition. Raises Fault with that sentence."""
    end = time.monotonic() + longest_s
    while not true():
        if time.monotonic() > end:
            raise Fault(f"{otherwise} within {longest_s:g} s")
        time.sleep(0.1)


@dataclass
class Run:
    """A node, its peer and the studies that go between them."""

    node: Node
    peer: Peer
    port: int
    studies: list[list[Path]] = field(default_factory=list)

    def answered(self, study: Sequence[Path]) -> bool:
        return bool(reports_of(self.peer.objects(), study))

    def sent(self, study: Sequence[Path]) -> None:
        """As a modality does: again, until each is taken. Raises Fault."""
        left = set(study)

        def none_left() -> bool:
            left.difference_update(send(self.port, sorted(left)))
            return not left

        until(none_left, f"of {len(study)} slices sent the node did not take all")

    def all_sent(self, count: int) -> bool:
        return self.node.metric('study{state="sent"}') == count

    def first_study(self) -> None:
        """Sent, answered, referred to, and counted. Raises Fault."""
        study = self.studies[0]
        self.sent(study)
        until(lambda: self.answered(study), "no Structured Report came back of the study sent")
        until(
            lambda: self.node.metric('study{state="sent"}') == 1, "/metrics does not count the study as sent"
        )
        if self.node.metric("received_objects_total") != len(study):
            raise Fault("/metrics does not count the objects that were sent")

    def killed(self) -> None:
        """Killed as it receives, judges and answers. Raises Fault: a study is not answered in the end."""
        receiving, judging, answering = self.studies[1:4]
        self.sent(receiving[:2])
        self.again()
        self.sent(receiving[2:])
        until(lambda: self.answered(receiving), "no report came of the study that was cut by SIGKILL")
        self.sent(judging)
        time.sleep(QUIET_S + 0.5)  # wherever it is then: every moment has to do
        self.again()
        until(lambda: self.answered(judging), "no report came of the study that was judged at a SIGKILL")
        # More than a report may be on its way of it: the next answer has to be one of the next study, whole.
        until(lambda: self.all_sent(3), "/metrics does not count three studies as sent")
        self.sent(answering)
        self.peer.at_next(self.node.kill)
        until(self.node.gone, "no answer came to be killed at")
        self.node.start()
        until(lambda: self.answered(answering), "no report came of the study that was answered at a SIGKILL")

    def again(self) -> None:
        self.node.kill()
        self.node.start()

    def twice(self) -> Iterator[str]:
        """What was answered twice, though everything is sent again."""
        count = len(self.studies)
        for study in self.studies:
            self.sent(study)
        until(lambda: self.all_sent(count), "/metrics does not count all studies as sent")
        time.sleep(2 * QUIET_S)  # for what must not come
        for number, study in enumerate(self.studies, 1):
            found = len(reports_of(self.peer.objects(), study))
            if found != 1:
                yield f"study {number} has {found} different Structured Reports; expected one"

    def told(self, folder: Path) -> Iterator[str]:
        """What of a patient is in the logs, and what of the data others than the owner could read."""
        logs = "".join(path.read_text(errors="replace") for path in folder.rglob("logs/*.log*"))
        if PATIENT_NAME in self.node.text() + logs:
            yield "the node's log names the patient"
        for path in folder.rglob("*"):
            if path.stat().st_mode & 0o077:
                yield f"{path.relative_to(folder)} in the node's data can be read by others than its owner"


def faults(unit: Path, program: Path, home: Path) -> list[str]:
    """What is wrong with the node of an unpacked package. home: an empty folder."""
    text = unit.read_text(encoding="utf-8")
    model = without_gate(program.parent / "_internal" / "models" / MODEL, home / "model")
    try:
        return of_unit(text, program, home / "state", model, Thorax(slices=6))
    except Fault as fault:
        return [str(fault)]


def without_gate(model: Path, folder: Path) -> Path:
    """A copy of a model that judges the synthetic thorax, too, which is unlike the pictures it knows."""
    shutil.copytree(model, folder)
    card = folder / "card.json"
    told = json.loads(card.read_text(encoding="utf-8"))
    card.write_text(json.dumps(told | {"ood_threshold": 1e9}), encoding="utf-8")
    return folder


def of_unit(unit: str, program: Path, state: Path, model: Path, thorax: Thorax) -> list[str]:
    """The same by the text of a unit. Raises Fault."""
    state.mkdir(mode=0o700)
    port, health = free_port(), free_port()
    with Peer() as peer, tempfile.TemporaryDirectory() as folder:
        settings = (
            f"ARGUMENTS=--port {port} --model {model} --answer PEER@127.0.0.1:{peer.port} --quiet {QUIET_S:g}"
            f" --metrics-port {health} --least-free-mb 1\n"
        )
        command, environment = command_of(unit, settings, program, state)
        node = Node(command, _alone(state, **environment), umask_of(unit), Path(folder) / "said", health)
        run = Run(node, peer, port, _studies(Path(folder), thorax))
        try:
            node.start()
            run.first_study()
            run.killed()
            found = list(run.twice())
            node.end()
        finally:
            if node.process is not None and node.process.poll() is None:
                node.kill()
        return found + list(run.told(state))


def _studies(folder: Path, thorax: Thorax) -> list[list[Path]]:
    return [write_series(folder / str(seed), replace(thorax, seed=seed)) for seed in (1, 2, 3, 4)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
