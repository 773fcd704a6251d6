"""TLS contexts: never below 1.2, never without looking at the other side, and bad files in words."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from lungview.errors import NetworkError
from lungview.remote_nodes import Tls
from lungview.sources import tls
from lungview.sources.pacs.receive import Listening, Receiver
from tests.sources.archives.peers import Certificates


def test_a_connection_of_ours_looks_at_certificate_and_name(certificates: Certificates) -> None:
    context = tls.client(certificates.tls())
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_listener_with_an_authority_asks_for_certificates(certificates: Certificates) -> None:
    assert tls.server(certificates.tls("server")).verify_mode is ssl.CERT_REQUIRED
    alone = replace(certificates.tls("server"), authorities="")
    assert tls.server(alone).verify_mode is ssl.CERT_NONE


def test_a_listener_without_a_certificate_is_none() -> None:
    with pytest.raises(NetworkError, match="own certificate"):
        tls.server(Tls())


def test_a_key_with_a_password_is_refused_and_nobody_is_asked(
    certificates: Certificates, tmp_path: Path
) -> None:
    program = shutil.which("openssl")
    assert program is not None  # it made the certificates
    locked = tmp_path / "locked.key"
    subprocess.run(
        [
            program,
            "rsa",
            "-aes256",
            "-passout",
            "pass:secret",
            "-in",
            certificates.key("client"),
            "-out",
            locked,
        ],
        check=True,
        capture_output=True,
    )
    with pytest.raises(NetworkError, match="encrypted"):
        tls.client(replace(certificates.tls(), key=str(locked)))


def test_a_file_that_is_no_certificate_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text("a note")
    with pytest.raises(NetworkError, match="cannot be used"):
        tls.client(Tls(authorities=str(tmp_path / "a.pem")))


def test_a_key_of_another_certificate_is_said(certificates: Certificates) -> None:
    with pytest.raises(NetworkError, match="cannot be used"):
        tls.client(replace(certificates.tls(), key=certificates.key("server")))


def _agreed(certificates: Certificates, port: int, newest: ssl.TLSVersion) -> str | None:
    """What a caller that speaks nothing newer comes to with a listener. Raises ssl.SSLError."""
    context = ssl.create_default_context(cafile=certificates.path("ca"))
    context.load_cert_chain(certificates.path("client"), certificates.key("client"))
    context.set_ciphers("ALL:@SECLEVEL=0")  # else it would not even offer what is older
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
    with (
        socket.create_connection(("127.0.0.1", port), 10) as line,
        context.wrap_socket(line, server_hostname="127.0.0.1") as secured,
    ):
        return secured.version()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_a_caller_that_speaks_nothing_newer_than_1_1_is_refused(certificates: Certificates) -> None:
    told: list[str] = []
    listening = Listening("HERE", tls=certificates.tls("server"))
    tell = lambda word, values: told.append(f"{word}: {values.get('reason')}")  # noqa: E731
    with Receiver(listening, lambda _received: None, tell) as running:
        assert _agreed(certificates, running.port, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
        with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
            _agreed(certificates, running.port, ssl.TLSVersion.TLSv1_1)
    assert "refused: unsupported protocol" in told
