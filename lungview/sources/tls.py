"""TLS contexts of both sides: 1.2 or later, the other side's certificate always looked at (PS3.15 B.12)."""

from __future__ import annotations

import ssl
from pathlib import Path

from lungview.errors import NetworkError
from lungview.remote_nodes import Tls


def client(tls: Tls) -> ssl.SSLContext:
    """For a connection that we open: the name in the certificate must be the host's. Raises NetworkError."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    return _filled(context, tls)


def server(tls: Tls) -> ssl.SSLContext:
    """For connections that we accept; with `authorities`, only from who has a certificate of theirs.

    Raises NetworkError: no certificate of our own, or files that cannot be read.
    """
    if not tls.certificate:
        raise NetworkError("to listen with TLS takes an own certificate; none is set")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if tls.authorities:
        context.verify_mode = ssl.CERT_REQUIRED
    return _filled(context, tls)


def _filled(context: ssl.SSLContext, tls: Tls) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    files = (tls.authorities, tls.certificate, tls.key)
    try:
        if tls.authorities:
            context.load_verify_locations(cafile=tls.authorities)
        if tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key or None, password=_no_password)
    except FileNotFoundError:
        missing = next((path for path in files if path and not Path(path).is_file()), "")
        raise NetworkError("the file of a certificate or key is not there", missing) from None
    except (ssl.SSLError, OSError) as error:
        raise NetworkError(f"the certificate or key cannot be used ({_words(error)})") from None
    return context


def _no_password() -> str:
    # OpenSSL would ask on the terminal, which nobody may sit at.
    raise NetworkError(
        "the key is encrypted; expected one without a password", hint="guard it by file rights"
    )


def _words(error: OSError) -> str:
    return str(getattr(error, "reason", None) or error.strerror or type(error).__name__)
