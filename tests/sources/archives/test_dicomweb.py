"""Against the DICOMweb of a real Orthanc: QIDO, WADO, STOW, passwords, TLS, and answers that are none."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keyring
import pydicom
import pytest
from keyring.backend import KeyringBackend

from lungview.cli import main
from lungview.errors import NetworkError, NoAnswer, Refused
from lungview.image.phantom import Thorax, write_series
from lungview.remote_nodes import WebNode
from lungview.sources import archives
from lungview.sources.dicomweb import client, find, retrieve, secrets, send
from lungview.sources.dicomweb.echo import echo
from lungview.sources.folder import Folder
from lungview.sources.sending import Outcome, State
from lungview.sources.source import FoundSeries, Query
from lungview.study.key import ObjectKey
from tests.sources.archives import peers


class Memory(KeyringBackend):
    """A key store for the time of a test."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def store() -> Iterator[Memory]:
    before, made = keyring.get_keyring(), Memory()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, study: list[Path]) -> Iterator[peers.Orthanc]:
    with peers.dicomweb(tmp_path_factory.mktemp("orthanc")) as running:
        running.upload(study)
        yield running


def _node(archive: peers.Orthanc, **changes: Any) -> WebNode:
    values = {"timeout_s": 10.0, "tries": 1} | changes
    return WebNode("web", f"http://127.0.0.1:{archive.http}/dicom-web", **values)


def _uids(files: list[Path]) -> set[str]:
    return {str(pydicom.dcmread(file, stop_before_pixels=True).SOPInstanceUID) for file in files}


def _series(files: list[Path]) -> FoundSeries:
    head = pydicom.dcmread(files[0], stop_before_pixels=True)
    return FoundSeries(str(head.StudyInstanceUID), str(head.SeriesInstanceUID), instances=len(files))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(), 1),
        (Query(patient_name="SYNTH*"), 1),
        (Query(patient_name="Nobody*"), 0),
        (Query(study_date="20250101-20261231"), 1),
        (Query(modality="MR"), 0),
        (Query(patient_id="SYNTHETIC"), 1),
    ],
)
def test_a_study_is_found_by_what_was_asked(archive: peers.Orthanc, query: Query, found: int) -> None:
    studies = find.find(_node(archive), query).studies
    assert [s.patient_name for s in studies] == ["SYNTHETIC^THORAX"] * found


def test_series_and_objects_are_found(archive: peers.Orthanc, study: list[Path]) -> None:
    wanted = _series(study)
    (series,) = find.find(_node(archive), Query(study_uid=wanted.study_uid, of_series=True)).series
    assert (series.series_uid, series.modality) == (wanted.series_uid, "CT")
    assert set(find.objects(_node(archive), series.study_uid, series.series_uid)) == _uids(study)


def test_a_series_comes_as_it_is_kept(archive: peers.Orthanc, study: list[Path], tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    result = retrieve.get(
        _node(archive), _series(study), Folder(tmp_path), lambda _path, n, of: told.append((n, of))
    )
    assert (result.received, result.missing) == (8, ())
    assert told == [(n, 8) for n in range(1, 9)]
    came = {pydicom.dcmread(f).SOPInstanceUID: pydicom.dcmread(f).PixelData for f in result.folder.iterdir()}
    assert came == {pydicom.dcmread(f).SOPInstanceUID: pydicom.dcmread(f).PixelData for f in study}


def test_a_compressed_object_stays_compressed(archive: peers.Orthanc, tmp_path: Path) -> None:
    packed = write_series(
        tmp_path / "packed", Thorax(slices=1, matrix=64, seed=9), transfer_syntax="1.2.840.10008.1.2.4.90"
    )
    told: list[Outcome] = []
    send.send(_node(archive), packed, told.append)
    assert [each.state for each in told] == [State.SENT]
    result = retrieve.get(_node(archive), _series(packed), Folder(tmp_path / "in"))
    (file,) = result.folder.iterdir()
    assert pydicom.dcmread(file).file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.90"
    assert pydicom.dcmread(file).PixelData == pydicom.dcmread(packed[0]).PixelData


def test_one_object_is_opened_without_a_folder(archive: peers.Orthanc, study: list[Path]) -> None:
    head = pydicom.dcmread(study[3])
    place = f"{head.StudyInstanceUID}/{head.SeriesInstanceUID}"
    stream = archives.Archive(_node(archive)).open(ObjectKey("dicomweb", place, str(head.SOPInstanceUID)))
    assert pydicom.dcmread(stream).PixelData == head.PixelData


def test_what_is_no_object_costs_only_itself(
    archive: peers.Orthanc, study: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a note")
    told: list[Outcome] = []
    send.send(_node(archive), [tmp_path / "a.txt", study[0]], told.append)
    assert [each.state for each in told] == [State.FAILED, State.SENT]


def test_a_service_that_is_not_there_is_no_answer() -> None:
    with pytest.raises(NoAnswer, match="not reached"):
        echo(WebNode("web", f"http://127.0.0.1:{peers.free_port()}/dicom-web", tries=1))


def test_a_wrong_path_is_said(archive: peers.Orthanc) -> None:
    with pytest.raises(NetworkError, match="HTTP 404"):
        echo(WebNode("web", f"http://127.0.0.1:{archive.http}/nothing", tries=1))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, certificates: peers.Certificates) -> Iterator[WebNode]:
    """An archive with a user, behind a proxy that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.path("server"), certificates.key("server"))
    settings = {"AuthenticationEnabled": True, "RegisteredUsers": {"reader": "secret"}}
    folder = tmp_path_factory.mktemp("guarded")
    with peers.dicomweb(folder, user=("reader", "secret"), **settings) as running:
        proxy = peers.Cutter(running.http, cuts=0, secure=context)
        url = f"https://127.0.0.1:{proxy.port}/dicom-web"
        yield WebNode("web", url, timeout_s=10.0, tries=1, tls=certificates.tls())
        proxy.close()


def test_a_password_in_the_key_store_opens_the_service(guarded: WebNode) -> None:
    node = replace(guarded, authentication="basic", user="reader")
    with pytest.raises(NetworkError, match="no password or token is kept"):
        echo(node)
    secrets.keep(node, "wrong")
    with pytest.raises(Refused, match="HTTP 401"):
        echo(node)
    secrets.keep(node, "secret")
    assert echo(node) > 0


def test_a_server_signed_by_a_stranger_is_refused(guarded: WebNode, certificates: peers.Certificates) -> None:
    with pytest.raises(Refused, match="unable to get local issuer certificate"):
        echo(replace(guarded, tls=certificates.tls(authorities="stranger")))
    with pytest.raises(Refused, match="TLS"):
        echo(replace(guarded, tls=None))


def test_a_server_of_another_name_is_refused(guarded: WebNode, certificates: peers.Certificates) -> None:
    with pytest.raises(Refused, match="TLS"):
        echo(replace(guarded, tls=replace(certificates.tls(), host="other.example")))


def test_no_password_goes_over_http_beyond_this_machine() -> None:
    node = WebNode("web", "http://pacs.example/dicom-web", "basic", "me")
    secrets.keep(node, "secret")
    with pytest.raises(NetworkError, match="expected https"):
        client.session(node)


class _Odd(http.server.BaseHTTPRequestHandler):
    """Answers with what its server was given."""

    def do_GET(self) -> None:
        self.server.seen.append(self.headers.get("Authorization"))  # type: ignore[attr-defined]
        status, headers, body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def odd() -> Iterator[Any]:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Odd)
    server.answer, server.seen = (200, {}, b"[]"), []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.node = WebNode("web", f"http://127.0.0.1:{server.server_address[1]}", timeout_s=5.0, tries=1)
    yield server
    server.shutdown()
    server.server_close()


def test_a_token_is_sent_as_one(odd: Any) -> None:
    node = replace(odd.node, authentication="bearer")
    secrets.keep(node, "abc")
    echo(node)
    assert odd.seen == ["Bearer abc"]


@pytest.mark.parametrize("body", [b"<html>", b"{", b"[1]", b'[{"0020000D": {"vr": "UI", "Value": 5}}]'])
def test_an_answer_that_is_none_is_said_to_be_none(odd: Any, body: bytes) -> None:
    odd.answer = (200, {"Content-Type": "application/dicom+json", "Content-Length": str(len(body))}, body)
    with pytest.raises(NetworkError):
        find.find(odd.node, Query())


@pytest.mark.parametrize(("status", "error"), [(503, NoAnswer), (403, Refused), (400, NetworkError)])
def test_a_status_is_a_sentence(odd: Any, status: int, error: type[NetworkError]) -> None:
    odd.answer = (status, {"Content-Length": "0"}, b"")
    with pytest.raises(error, match=f"HTTP {status}"):
        find.find(odd.node, Query())


def test_an_answer_beyond_the_bound_is_not_read(odd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_BYTES", 1000)
    odd.answer = (200, {"Content-Length": "5000"}, b"[" + b" " * 4998 + b"]")
    with pytest.raises(NetworkError, match="5,000 bytes"):
        find.find(odd.node, Query())
    odd.answer = (200, {}, b"[" + b" " * 4998 + b"]")  # it does not say how long it is
    with pytest.raises(NetworkError, match="more than 1,000 bytes"):
        find.find(odd.node, Query())


def test_the_command_line_speaks_dicomweb(
    archive: peers.Orthanc, study: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pacs", "add", "web", _node(archive).url, "--timeout", "10"]) == 0
    assert main(["pacs", "find", "--node", "web", "--patient-id", "SYNTHETIC"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[0])
    arguments = ["--study", _series(study).study_uid, "--out", str(tmp_path / "in")]
    assert found["patient_id"] == "SYNTHETIC"
    assert main(["pacs", "get", "--node", "web", *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["received"] == 8
    assert main(["pacs", "send", "--node", "web", str(study[0])]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "sent"
    assert main(["pacs", "move", "--node", "web", *arguments]) == 1


def test_a_password_is_kept_and_forgotten(
    store: Memory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    assert main(["pacs", "add", "web", "https://pacs.example/dicom-web", "--basic", "reader"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("secret\n"))
    assert main(["pacs", "login", "web"]) == 0
    assert list(store.kept.values()) == ["secret"]
    assert main(["pacs", "nodes"]) == 0
    assert "secret" not in capsys.readouterr().out
    assert main(["pacs", "login", "web", "--forget"]) == 0
    assert store.kept == {}


def test_a_machine_without_a_key_store_says_so() -> None:
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    with pytest.raises(NetworkError, match="key store cannot be used"):
        secrets.keep(WebNode("web", "https://pacs.example/", "basic", "me"), "secret")
