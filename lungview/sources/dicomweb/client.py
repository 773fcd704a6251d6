"""A client of one DICOMweb service: authenticated, bounded, and in words what went wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from dicomweb_client.api import DICOMwebClient
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth

from lungview.errors import LungViewError, NetworkError, NoAnswer, Refused
from lungview.remote_nodes import Tls, WebNode
from lungview.sources import tls
from lungview.sources.dicomweb.secrets import secret

# Their words hold addresses, and those hold what is searched for: patients.
for _name in ("dicomweb_client", "retrying", "urllib3"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

MOST_BYTES = 1 << 29  # of one answer
_LATER = (408, 425, 429, 500, 502, 503, 504, 507)  # another try may succeed
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def client(node: WebNode) -> DICOMwebClient:
    """Raises NetworkError: a password would travel in the clear, none is kept, a certificate is unusable."""
    made = DICOMwebClient(node.url, session=session(node), timeout=(node.timeout_s, node.timeout_s))
    made.set_http_retry_params(retry=False)  # tries are the node's, and can be cancelled
    return made


def session(node: WebNode) -> requests.Session:
    """The HTTP session of a node."""
    made = requests.Session()
    made.auth = _authentication(node)
    made.hooks["response"].append(_bounded)
    made.mount("http://", _Plain())
    made.mount("https://", _Plain() if node.tls is None else _Secured(node.tls))
    if node.tls is not None:
        # requests adds public authorities to whatever the context trusts, unless it is told of others.
        made.verify = node.tls.authorities or True
    return made


@contextmanager
def in_words(node: WebNode, what: str) -> Iterator[None]:
    """Turn what the libraries raise into a sentence. Raises NoAnswer, Refused, NetworkError.

    what: the service, by the standard's name, which every language has: "QIDO-RS".
    """
    try:
        yield
    except LungViewError:
        raise
    except requests.HTTPError as error:
        raise _status(node, _code(error), what) from None
    except requests.exceptions.SSLError as error:
        raise Refused(f"{node.name}: no TLS connection: {_reason(error)}") from None
    except (requests.ConnectionError, requests.Timeout) as error:
        raise NoAnswer(
            f"{node.name} is not reached, or broke off, at {what} ({type(error).__name__})"
        ) from None
    except requests.RequestException as error:
        raise NetworkError(f"{node.name} could not be asked for {what} ({type(error).__name__})") from None
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise NetworkError(
            f"{node.name} gave an answer to {what} that does not parse ({type(error).__name__})"
        ) from None


def _code(error: requests.HTTPError) -> int:
    return 0 if error.response is None else error.response.status_code


def _status(node: WebNode, status: int, what: str) -> NetworkError:
    if status in (401, 403):
        return Refused(f"{node.name} refuses us: HTTP {status}", hint="lungview pacs login")
    if status in _LATER:
        return NoAnswer(f"{node.name} cannot do {what} now: HTTP {status}")
    return NetworkError(f"{node.name} could not do {what}: HTTP {status}")


def _reason(error: BaseException) -> str:
    """OpenSSL's words at the bottom of what urllib3 wraps around them."""
    found: Any = error
    while inner := next((e for e in (getattr(found, "reason", 0), *found.args) if _is_error(e)), None):
        found = inner
    words = getattr(found, "verify_message", "") or getattr(found, "reason", "") or type(found).__name__
    return str(words).lower()


def _is_error(value: object) -> bool:
    return isinstance(value, BaseException)


def _authentication(node: WebNode) -> AuthBase | None:
    if node.authentication == "none":
        return None
    parts = urlsplit(node.url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise NetworkError(f"{node.name}: a password over http can be read by anyone; expected https")
    if node.authentication == "basic":
        return HTTPBasicAuth(node.user, secret(node))
    return _Bearer(secret(node))


class _Bearer(AuthBase):
    """RFC 6750 2.1. As an AuthBase, it is taken off where a redirect leads to another host."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Plain(HTTPAdapter):
    """Leaves the asterisk of a search as it is, which RFC 3986 3.4 allows; some archives do not decode it."""

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        request.url = (request.url or "").replace("%2A", "*")
        return super().send(request, *arguments, **options)


class _Secured(_Plain):
    """With our own TLS context, and another name to look for in the certificate where one is set."""

    def __init__(self, settings: Tls) -> None:
        self._settings = settings
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        options["ssl_context"] = tls.client(self._settings)
        if self._settings.host:
            options["server_hostname"] = options["assert_hostname"] = self._settings.host
        super().init_poolmanager(*arguments, **options)


def _bounded(response: requests.Response, *_: Any, **__: Any) -> requests.Response:
    """Hook: an answer above MOST_BYTES is not read, whatever length it announces."""
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > MOST_BYTES:
        response.close()
        raise NetworkError(f"an answer of {int(length):,} bytes; at most {MOST_BYTES:,} are read")
    response.raw = _Counted(response.raw)
    return response


class _Counted:
    """A stream of urllib3's that ends in words after MOST_BYTES."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, *arguments: Any, **options: Any) -> Iterator[bytes]:
        read = 0
        for piece in self._raw.stream(*arguments, **options):
            read += len(piece)
            if read > MOST_BYTES:
                self._raw.close()
                raise NetworkError(f"an answer of more than {MOST_BYTES:,} bytes is not read")
            yield piece
