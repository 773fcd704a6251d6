"""The node as it runs: from a sender's slices to objects in an archive, killed, and among hostile peers."""

from __future__ import annotations

import json
import os
import random
import socket
import struct
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest

from lungview.errors import ReportError
from lungview.image.phantom import Thorax, write_series
from lungview.node.configuration import Configuration
from lungview.node.node import Node
from lungview.sources.pacs.echo import echo
from lungview.sources.pacs.receive import Listening
from tests.node.running import Running
from tests.sources.archives import peers

LONG = os.environ.get("LUNGVIEW_TEST_PACS") == "1"
KILLS, STUDIES = (20, 6) if LONG else (1, 2)
MUTATIONS = 2000 if LONG else 60


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[peers.Orthanc]:
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        yield running


@pytest.fixture
def node(tmp_path: Path, model: Path) -> Iterator[Running]:
    made = Running(tmp_path, peers.free_port(), model)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()


def _studies(folder: Path, count: int) -> list[list[Path]]:
    """Small studies of different people."""

    def of(number: int) -> list[Path]:
        def change(dataset: pydicom.Dataset, _index: int) -> None:
            dataset.PatientID = f"P{number}"

        return write_series(folder / str(number), Thorax(slices=4, matrix=64, seed=number), change=change)

    return [of(number) for number in range(1, count + 1)]


def _answers_by_study(archive: peers.Orthanc) -> dict[str, list[str]]:
    """Modalities of the series in each study of the archive."""
    found = {}
    for study in archive.ask("/studies?expand"):
        series = [archive.ask(f"/series/{each}") for each in study["Series"]]
        modalities = sorted(s["MainDicomTags"]["Modality"] for s in series for _ in s["Instances"])
        found[study["MainDicomTags"]["StudyInstanceUID"]] = modalities
    return found


def test_a_sent_study_is_answered_in_the_archive_without_a_word_of_the_patient(
    node: Running, archive: peers.Orthanc, study: list[Path]
) -> None:
    metrics = peers.free_port()
    node.arguments = ("--answer", f"ORTHANC@127.0.0.1:{archive.dicom}", "--metrics-port", str(metrics))
    node.start()
    node.send_until_taken(study)
    node.wait_for("answer", 2)
    head = pydicom.dcmread(study[0], stop_before_pixels=True)
    assert _answers_by_study(archive)[head.StudyInstanceUID] == ["OT", "SR"]
    with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/health", timeout=10) as answer:
        assert json.loads(answer.read())["state"] == "ok"
    with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics", timeout=10) as answer:
        told = answer.read().decode()
    assert "lungview_node_received_objects_total 6\n" in told
    assert 'lungview_node_answer{state="sent"} 2\n' in told
    assert node.stop() == 0
    logs = [node.folder / "events", node.folder / "stderr", *(node.folder / "home" / "logs").iterdir()]
    said = "".join(each.read_text(errors="replace") for each in logs)
    for secret in (str(head.PatientName), "SYNTHETIC", head.StudyInstanceUID, head.SOPInstanceUID):
        assert secret not in said


@pytest.mark.timeout(1200)
def test_a_node_that_is_killed_loses_nothing_and_answers_nothing_twice(
    node: Running, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    studies = _studies(tmp_path / "studies", STUDIES)
    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as archive:
        node.arguments = ("--answer", f"ORTHANC@127.0.0.1:{archive.dicom}")
        chance = random.Random(5)
        senders = [threading.Thread(target=node.send_until_taken, args=(files, 600.0)) for files in studies]
        node.start()
        for sender in senders:
            sender.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.2, 6.0 if LONG else 2.5))
            node.kill()
            node.start()
        for sender in senders:
            sender.join()
        end = time.monotonic() + 120
        while len(archive.instances()) < 2 * STUDIES and time.monotonic() < end:
            time.sleep(0.2)
        time.sleep(3)  # nothing more must come
        answers = _answers_by_study(archive)
    wanted = {pydicom.dcmread(files[0], stop_before_pixels=True).StudyInstanceUID for files in studies}
    assert answers == {uid: ["OT", "SR"] for uid in wanted}


def test_bytes_that_are_no_pdus_and_objects_that_are_none_end_no_node(
    node: Running, study: list[Path]
) -> None:
    node.start()
    chance = random.Random(11)
    good = _conversation(node.port, study[0])
    for _ in range(MUTATIONS):
        _say(node.port, _mutated(good, chance))
    assert node.process is not None
    assert node.process.poll() is None
    assert echo(node.node) > 0
    assert node.stop() == 0
    assert "Traceback" not in (node.folder / "stderr").read_text()


def _conversation(port: int, file: Path) -> list[bytes]:
    """The PDUs of one C-STORE, as a sender of ours writes them; recorded on the way to a node."""
    from lungview.remote_nodes import DicomNode
    from lungview.sources.pacs.send import send

    listener = socket.create_server(("127.0.0.1", 0))
    recorded: list[bytes] = []
    threading.Thread(target=_relay, args=(listener, port, recorded), daemon=True).start()
    here = DicomNode("relay", "LUNGVIEW", "127.0.0.1", listener.getsockname()[1], tries=1)
    send(here, [file], lambda _outcome: None, commit=False)
    listener.close()
    return _pdus(b"".join(recorded))


def _relay(listener: socket.socket, port: int, recorded: list[bytes]) -> None:
    near, _ = listener.accept()
    far = socket.create_connection(("127.0.0.1", port))

    def back() -> None:
        while piece := far.recv(65536):
            near.sendall(piece)

    threading.Thread(target=back, daemon=True).start()
    while piece := near.recv(65536):
        recorded.append(piece)
        far.sendall(piece)
    far.shutdown(socket.SHUT_WR)


def _pdus(stream: bytes) -> list[bytes]:
    found = []
    while stream:
        (length,) = struct.unpack(">L", stream[2:6])
        found.append(stream[: 6 + length])
        stream = stream[6 + length :]
    return found


def _mutated(pdus: list[bytes], chance: random.Random) -> bytes:
    """One conversation with bytes changed, lengths that lie, PDUs left out, doubled or cut."""
    changed = [bytearray(each) for each in pdus]
    victim = chance.choice(changed)
    match chance.randrange(5):
        case 0:
            for _ in range(chance.randrange(1, 12)):
                victim[chance.randrange(min(len(victim), 600))] = chance.randrange(256)
        case 1:
            victim[2:6] = struct.pack(">L", chance.choice([0, 1, len(victim), 1 << 20, (1 << 32) - 1]))
        case 2:
            changed.remove(victim)
        case 3:
            changed.insert(chance.randrange(len(changed)), bytearray(victim))
        case _:
            del victim[chance.randrange(len(victim)) :]
    return b"".join(changed)


def _say(port: int, data: bytes) -> None:
    """Send all of it and go; whatever the other side does meanwhile is its own affair."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.settimeout(0.05)
            line.sendall(data)
            line.recv(1 << 16)
    except OSError:
        pass


def test_a_second_node_on_one_folder_does_not_start(tmp_path: Path, model: Path) -> None:
    mask = os.umask(0o022)
    configuration = Configuration(Listening("HERE"), tmp_path / "data", str(model), least_free_mb=1)
    first = Node(configuration, lambda _word, _values: None)
    first.start()
    try:
        with pytest.raises(ReportError, match="another"):
            Node(configuration, lambda _word, _values: None).start()
        assert first.condition().state == "ok"
        assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    finally:
        first.stop()
        os.umask(mask)


@pytest.mark.timeout(1200)
@pytest.mark.skipif(not LONG, reason="`make test-pacs` runs it")
def test_it_receives_at_least_half_as_fast_as_dcmtk(node: Running, tmp_path: Path, study: list[Path]) -> None:
    import subprocess

    from pydicom.uid import generate_uid

    (tmp_path / "many").mkdir()
    dataset = pydicom.dcmread(study[0])
    for number in range(3000):
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset.save_as(tmp_path / "many" / f"{number}.dcm")

    def seconds(port: int) -> float:
        start = time.monotonic()
        command = [peers.need("storescu"), "-aec", "LUNGVIEW", "+sd", "127.0.0.1", str(port)]
        subprocess.run([*command, str(tmp_path / "many")], check=True, capture_output=True)
        return time.monotonic() - start

    node.arguments = ("--quiet", "3600")
    node.start()
    with peers.storescp(tmp_path / "got") as reference:
        theirs = seconds(reference.port)
    ours = seconds(node.port)
    print(f"3,000 slices: node {ours:.1f} s, storescp {theirs:.1f} s, ratio {theirs / ours:.2f}")
    assert theirs / ours >= 0.5
