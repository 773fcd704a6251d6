"""Against dcmtk: its archive, its receiver, its senders; and lines that break."""

from __future__ import annotations

import ipaddress
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from lungview.errors import LungViewError, NetworkError, NoAnswer
from lungview.remote_nodes import DicomNode
from lungview.sources.folder import Folder
from lungview.sources.pacs import retrieve
from lungview.sources.pacs.echo import echo
from lungview.sources.pacs.find import find
from lungview.sources.pacs.receive import Listening, Received, Receiver
from lungview.sources.pacs.send import send
from lungview.sources.retrieval import Retrieved
from lungview.sources.sending import Outcome, State
from lungview.sources.source import FoundSeries, Query
from tests.sources.archives import peers


def _uids(files: list[Path]) -> set[str]:
    return {str(pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID) for file in files}


def _series(files: list[Path]) -> FoundSeries:
    head = pydicom.dcmread(files[0], stop_before_pixels=True)
    return FoundSeries(str(head.StudyInstanceUID), str(head.SeriesInstanceUID), instances=len(files))


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, study: list[Path]) -> Iterator[DicomNode]:
    with peers.dcmqrscp(tmp_path_factory.mktemp("dcmqrscp")) as running:
        outcomes: list[Outcome] = []
        send(running, study, outcomes.append)
        assert [each.state for each in outcomes] == [State.SENT] * 8
        yield running


def test_dcmtks_archive_is_asked(node: DicomNode) -> None:
    assert echo(node) > 0
    (study,) = find(node, Query(patient_id="SYNTHETIC")).studies
    (series,) = find(node, Query(study_uid=study.study_uid, of_series=True)).series
    assert (series.modality, series.number) == ("CT", 1)


@pytest.mark.parametrize("way", [retrieve.get, retrieve.move])
def test_a_series_comes_from_dcmtks_archive(
    node: DicomNode, study: list[Path], tmp_path: Path, way: Callable[..., Retrieved]
) -> None:
    result = way(node, _series(study), Folder(tmp_path))
    assert (result.received, result.missing) == (8, ())
    assert _uids(list(result.folder.iterdir())) == _uids(study)


def test_a_line_that_breaks_is_taken_up_where_it_broke(
    node: DicomNode, study: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lungview.sources.retrying.PAUSE_S", 0.05)
    cutter = peers.Cutter(node.port, after=3 * study[0].stat().st_size)
    came: list[Path] = []
    broken = replace(node, port=cutter.port, tries=3)
    result = retrieve.get(broken, _series(study), Folder(tmp_path), lambda path, _n, _of: came.append(path))
    cutter.close()
    assert cutter.cuts == 0
    assert result.received == 8
    assert len(came) == 8  # none of them twice


def test_a_line_that_breaks_too_often_is_said(node: DicomNode, study: list[Path], tmp_path: Path) -> None:
    cutter = peers.Cutter(node.port, after=3 * study[0].stat().st_size, cuts=99)
    with pytest.raises(NoAnswer, match="broke off"):
        retrieve.get(replace(node, port=cutter.port), _series(study), Folder(tmp_path))
    cutter.close()


@pytest.mark.parametrize(("option", "syntax"), [("+xi", "1.2.840.10008.1.2"), ("+x=", "1.2.840.10008.1.2.1")])
def test_an_uncompressed_object_is_written_as_the_receiver_takes_it(
    study: list[Path], tmp_path: Path, option: str, syntax: str
) -> None:
    told: list[Outcome] = []
    with peers.storescp(tmp_path / "got", option) as node:
        send(node, study[:1], told.append)
    assert [each.state for each in told] == [State.SENT]
    (got,) = (tmp_path / "got").iterdir()
    assert pydicom.dcmread(got).file_meta.TransferSyntaxUID == syntax
    assert pydicom.dcmread(got).PixelData == pydicom.dcmread(study[0]).PixelData


def test_a_receiver_that_breaks_off_leaves_the_rest_unsent(study: list[Path], tmp_path: Path) -> None:
    told: list[Outcome] = []
    with peers.storescp(tmp_path / "got", "--abort-during") as node, pytest.raises(NoAnswer):
        send(node, study, told.append)
    assert told == []


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[Receiver, Path]]:
    folder = Folder(tmp_path / "in")

    def keep(received: Received) -> None:
        folder.keep(received.data)

    listening = Listening("HERE", titles=frozenset({"STORESCU"}), timeout_s=5.0)
    with Receiver(listening, keep) as running:
        yield running, tmp_path / "in"


def _storescu(port: int, files: list[Path], *options: str) -> int:
    command = [peers.need("storescu"), "-aec", "HERE", *options, "127.0.0.1", str(port), *map(str, files)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


def test_what_dcmtk_sends_is_kept_byte_for_byte(receiver: tuple[Receiver, Path], study: list[Path]) -> None:
    running, folder = receiver
    assert _storescu(running.port, study, "-aet", "STORESCU") == 0
    got = [p for p in folder.rglob("*") if p.is_file()]
    assert _uids(got) == _uids(study)
    values = {pydicom.dcmread(p).SOPInstanceUID: pydicom.dcmread(p) for p in study}
    for path in got:
        came = pydicom.dcmread(path)
        assert came == values[came.SOPInstanceUID]


@pytest.mark.parametrize("titles", [("-aet", "STRANGER"), ("-aet", "STORESCU", "-aec", "ELSEWHERE")])
def test_a_caller_of_another_title_is_turned_away(
    receiver: tuple[Receiver, Path], study: list[Path], titles: tuple[str, ...]
) -> None:
    running, folder = receiver
    assert _storescu(running.port, study[:1], *titles) != 0
    assert not any(p.is_file() for p in folder.rglob("*"))


def test_an_address_that_is_not_allowed_is_turned_away(study: list[Path], tmp_path: Path) -> None:
    listening = Listening("HERE", networks=(ipaddress.ip_network("10.0.0.0/8"),))
    told: list[str] = []
    with Receiver(listening, lambda _received: None, lambda word, _values: told.append(word)) as running:
        assert _storescu(running.port, study[:1]) != 0
    assert set(told) == {"refused"}


def test_an_object_beyond_the_bound_ends_its_association(study: list[Path], tmp_path: Path) -> None:
    kept: list[Received] = []
    bound = study[0].stat().st_size // 2
    with Receiver(Listening("HERE", most_bytes=bound), kept.append) as running:
        assert _storescu(running.port, study[:1]) != 0
        assert kept == []
        assert echo(DicomNode("here", "HERE", "127.0.0.1", running.port)) > 0


def test_four_senders_at_once_lose_nothing(receiver: tuple[Receiver, Path], study: list[Path]) -> None:
    running, folder = receiver
    program = peers.need("storescu")
    command = [program, "-aet", "STORESCU", "-aec", "HERE", "127.0.0.1", str(running.port)]
    senders = [subprocess.Popen([*command, *map(str, study[k::4])]) for k in range(4)]
    assert [sender.wait(timeout=60) for sender in senders] == [0] * 4
    assert _uids([p for p in folder.rglob("*") if p.is_file()]) == _uids(study)


def test_a_full_disk_is_answered_as_out_of_resources(study: list[Path]) -> None:
    from lungview.errors import ReportError

    def full(_received: Received) -> None:
        raise ReportError("no room")

    told: list[Outcome] = []
    with Receiver(Listening("HERE"), full) as running:
        send(DicomNode("here", "HERE", "127.0.0.1", running.port), study[:1], told.append, commit=False)
    assert [(each.state, "A700" in each.reason) for each in told] == [(State.WAITING, True)]


def test_a_taken_port_is_said(receiver: tuple[Receiver, Path]) -> None:
    running, _ = receiver
    with pytest.raises(NetworkError, match="cannot be listened on"):
        Receiver(Listening("HERE", port=running.port), lambda _received: None).start()


def test_a_fault_of_the_keeper_costs_one_object(study: list[Path]) -> None:
    def faulty(_received: Received) -> None:
        raise KeyError("patient's name")

    told: list[tuple[str, dict[str, object]]] = []
    outcomes: list[Outcome] = []
    with Receiver(Listening("HERE"), faulty, lambda word, values: told.append((word, values))) as running:
        send(DicomNode("here", "HERE", "127.0.0.1", running.port), study[:1], outcomes.append, commit=False)
    assert [each.state for each in outcomes] == [State.FAILED]
    assert ("not understood", {"reason": "KeyError"}) in told


def test_errors_of_the_network_have_a_sentence() -> None:
    with pytest.raises(LungViewError, match="series are asked for within one study"):
        Query(of_series=True)


@pytest.mark.parametrize(
    ("address", "admitted"),
    [("10.0.0.7", True), ("::ffff:10.0.0.7", True), ("10.0.1.7", False), ("::ffff:10.0.1.7", False)],
)
def test_an_ipv4_caller_is_known_over_an_ipv6_socket(address: str, admitted: bool) -> None:
    listening = Listening("HERE", networks=(ipaddress.ip_network("10.0.0.0/24"),))
    assert Receiver(listening, lambda _received: None)._admits(address, []) is admitted
