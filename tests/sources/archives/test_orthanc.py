"""Against a real Orthanc: find, get, move, send, commitment, TLS, and what goes wrong in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from lungview.cli import main
from lungview.errors import Cancelled, NetworkError, NoAnswer, Refused, ReportError
from lungview.image.phantom import Thorax, write_series
from lungview.remote_nodes import Tls
from lungview.sources.folder import Folder
from lungview.sources.pacs import retrieve
from lungview.sources.pacs.echo import echo
from lungview.sources.pacs.find import find
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


def test_an_archive_that_knows_us_answers(archive: peers.Orthanc) -> None:
    assert 0 < echo(archive.node()) < 10


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(), 1),
        (Query(patient_name="SYNTH*"), 1),
        (Query(patient_name="Nobody*"), 0),
        (Query(study_date="20250101-20261231"), 1),
        (Query(study_date="20270101-"), 0),
        (Query(modality="CT"), 1),
        (Query(modality="MR"), 0),
        (Query(accession="12345"), 0),
        (Query(patient_id="SYNTHETIC"), 1),
    ],
)
def test_a_study_is_found_by_what_was_asked(archive: peers.Orthanc, query: Query, found: int) -> None:
    studies = find(archive.node(), query).studies
    assert [(s.patient_name, s.instances) for s in studies] == [("SYNTHETIC^THORAX", 8)] * found


def test_more_answers_than_asked_for_are_said_to_be_more(tmp_path: Path, archive: peers.Orthanc) -> None:
    def other(dataset: pydicom.Dataset, _index: int) -> None:
        dataset.StudyInstanceUID = f"{dataset.StudyInstanceUID}.9"
        dataset.SeriesInstanceUID = f"{dataset.SeriesInstanceUID}.9"
        dataset.SOPInstanceUID = f"{dataset.SOPInstanceUID}.9"

    archive.upload(write_series(tmp_path, Thorax(slices=1, matrix=64), change=other))
    found = find(archive.node(), Query(most=1))
    assert (len(found.studies), found.complete) == (1, False)
    for study in archive.ask("/studies?expand"):
        if study["MainDicomTags"]["StudyInstanceUID"].endswith(".9"):
            archive.delete(f"/studies/{study['ID']}")


@pytest.mark.parametrize("way", [retrieve.get, retrieve.move])
def test_a_series_comes_as_it_was_sent(
    archive: peers.Orthanc, study: list[Path], tmp_path: Path, way
) -> None:  # type: ignore[no-untyped-def]
    told: list[tuple[int, int | None]] = []
    result = way(archive.node(), _series(study), Folder(tmp_path), lambda _path, n, of: told.append((n, of)))
    assert (result.received, result.missing) == (8, ())
    assert told == [(n, 8) for n in range(1, 9)]
    came = {pydicom.dcmread(f).SOPInstanceUID: pydicom.dcmread(f).PixelData for f in result.folder.iterdir()}
    sent = {pydicom.dcmread(f).SOPInstanceUID: pydicom.dcmread(f).PixelData for f in study}
    assert came == sent


def test_what_is_there_already_is_not_asked_for_again(
    archive: peers.Orthanc, study: list[Path], tmp_path: Path
) -> None:
    folder = Folder(tmp_path)
    for file in study[:5]:
        folder.keep(file.read_bytes())
    came: list[Path] = []
    result = retrieve.get(archive.node(), _series(study), folder, lambda path, _n, _of: came.append(path))
    assert (len(came), result.received) == (3, 8)


def test_a_retrieval_stops_when_it_is_cancelled(
    archive: peers.Orthanc, study: list[Path], tmp_path: Path
) -> None:
    came: list[Path] = []
    with pytest.raises(Cancelled):
        retrieve.get(
            archive.node(),
            _series(study),
            Folder(tmp_path),
            lambda path, _n, _of: came.append(path),
            lambda: len(came) >= 2,
        )
    assert 2 <= len(came) < 8


def test_no_room_here_is_said_and_ends_the_retrieval(
    archive: peers.Orthanc, study: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lungview.sources.folder.write_atomically", full)
    with pytest.raises(ReportError, match="No space left"):
        retrieve.get(archive.node(), _series(study), Folder(tmp_path))


def test_one_object_is_opened_without_a_folder(archive: peers.Orthanc, study: list[Path]) -> None:
    head = pydicom.dcmread(study[3])
    stream = retrieve.open_object(
        archive.node(), head.StudyInstanceUID, head.SeriesInstanceUID, head.SOPInstanceUID
    )
    assert pydicom.dcmread(stream).PixelData == head.PixelData


def test_a_move_without_a_port_of_ours_says_what_to_set(
    archive: peers.Orthanc, study: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(NetworkError, match="no port") as caught:
        retrieve.move(archive.node(own_port=0), _series(study), Folder(tmp_path))
    assert "own_port" in caught.value.hint


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[peers.Orthanc]:
    (tmp_path / "orthanc").mkdir()
    with peers.orthanc(tmp_path / "orthanc") as running:
        yield running


def test_what_is_sent_is_there_and_committed(empty: peers.Orthanc, study: list[Path], tmp_path: Path) -> None:
    packed = write_series(
        tmp_path / "packed", Thorax(slices=2, matrix=64, seed=5), transfer_syntax="1.2.840.10008.1.2.4.90"
    )
    told: list[Outcome] = []
    send(empty.node(), [*study, *packed], told.append)
    assert empty.instances() == _uids([*study, *packed])
    assert [each.state for each in told] == [State.SENT] * 10 + [State.COMMITTED] * 10


def test_an_archive_that_commits_to_nothing_still_takes_objects(
    empty: peers.Orthanc, study: list[Path]
) -> None:
    told: list[Outcome] = []
    send(empty.node(own_port=0, timeout_s=1.0), study[:1], told.append)
    assert [each.state for each in told] == [State.SENT]


def test_a_file_that_is_no_object_costs_only_itself(
    empty: peers.Orthanc, study: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a note")
    told: list[Outcome] = []
    send(empty.node(), [tmp_path / "a.txt", study[0]], told.append, commit=False)
    assert [each.state for each in told] == [State.FAILED, State.SENT]


def test_an_archive_that_is_back_gets_what_waits(
    empty: peers.Orthanc, study: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"ORTHANC@127.0.0.1:{empty.dicom}"
    empty.stop()
    assert main(["pacs", "add", "archive", address, "--timeout", "5", "--tries", "1"]) == 0
    assert main(["pacs", "send", "--node", "archive", *map(str, study[:2])]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["state"] for line in lines] == ["failed", "failed"]
    assert "not reached" in lines[0]["reason"]
    empty.start()
    assert main(["pacs", "send", "--node", "archive", "--again", *map(str, study[:2])]) == 0
    assert empty.instances() == _uids(study[:2])


def test_a_title_that_the_archive_does_not_have_is_refused(archive: peers.Orthanc) -> None:
    with pytest.raises(Refused, match="called ae title not recognised"):
        echo(replace(archive.node(), ae_title="WRONG"))


def test_a_title_of_ours_that_the_archive_does_not_know_is_named(archive: peers.Orthanc) -> None:
    with pytest.raises(NetworkError) as caught:
        echo(replace(archive.node(), own_title="STRANGER"))
    assert "STRANGER" in caught.value.hint


def test_a_port_where_nobody_listens_is_said(archive: peers.Orthanc) -> None:
    with pytest.raises(NoAnswer, match="connection refused"):
        echo(replace(archive.node(), port=peers.free_port()))


def test_a_host_that_is_none_is_said(archive: peers.Orthanc) -> None:
    with pytest.raises(NoAnswer, match="no such host"):
        echo(replace(archive.node(), host="archive.invalid"))


@pytest.fixture(scope="module")
def secure(
    tmp_path_factory: pytest.TempPathFactory, certificates: peers.Certificates, study: list[Path]
) -> Iterator[peers.Orthanc]:
    tls = {
        "DicomTlsEnabled": True,
        "DicomTlsCertificate": certificates.path("server"),
        "DicomTlsPrivateKey": certificates.key("server"),
        "DicomTlsTrustedCertificates": certificates.path("ca"),
        "DicomTlsRemoteCertificateRequired": True,
    }
    with peers.orthanc(tmp_path_factory.mktemp("secure"), **tls) as running:
        running.upload(study)
        yield running


@pytest.mark.parametrize("way", [retrieve.get, retrieve.move])
def test_a_series_comes_over_tls(
    secure: peers.Orthanc,
    certificates: peers.Certificates,
    study: list[Path],
    tmp_path: Path,
    way: Callable[..., Retrieved],
) -> None:
    node = secure.node(tls=certificates.tls())
    assert way(node, _series(study), Folder(tmp_path)).received == 8


def test_a_server_signed_by_a_stranger_is_refused(
    secure: peers.Orthanc, certificates: peers.Certificates
) -> None:
    with pytest.raises(Refused, match=r"unable to get local issuer certificate|self-signed"):
        echo(secure.node(tls=certificates.tls(authorities="stranger")))


def test_a_server_of_another_name_is_refused(secure: peers.Orthanc, certificates: peers.Certificates) -> None:
    with pytest.raises(Refused, match="hostname mismatch"):
        echo(secure.node(tls=replace(certificates.tls(), host="other.example")))


def test_a_certificate_of_ours_that_the_server_does_not_trust_is_said(
    secure: peers.Orthanc, certificates: peers.Certificates
) -> None:
    with pytest.raises(NetworkError, match=r"alert|closed|reset"):
        echo(secure.node(tls=certificates.tls("impostor")))


def test_plain_speech_to_a_tls_port_is_no_answer(secure: peers.Orthanc) -> None:
    with pytest.raises(NoAnswer) as caught:
        echo(secure.node())
    assert "TLS" in caught.value.hint


def test_a_missing_certificate_is_named(archive: peers.Orthanc) -> None:
    with pytest.raises(NetworkError, match="not there"):
        echo(archive.node(tls=Tls(authorities="/no/such/ca.pem")))


def test_the_command_line_finds_and_gets(
    archive: peers.Orthanc, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    node = ("--node", f"ORTHANC@127.0.0.1:{archive.dicom}")
    assert main(["pacs", "echo", *node]) == 0
    assert json.loads(capsys.readouterr().out)["answered"]
    assert main(["pacs", "find", *node, "--modality", "CT"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert (found["patient_id"], found["modalities"], found["instances"]) == ("SYNTHETIC", ["CT"], 8)
    assert main(["pacs", "get", *node, "--study", found["study_uid"], "--out", str(tmp_path / "in")]) == 0
    got = json.loads(capsys.readouterr().out)
    assert (got["received"], got["missing"]) == (8, [])
    assert main(["inspect", "--json", str(tmp_path / "in")]) == 0
    assert json.loads(capsys.readouterr().out)["slices"] == 8
