"""Problem: what went wrong with a request, as problem+json (RFC 9457): a status and one sentence."""

from __future__ import annotations

import json

from lungview.errors import (
    Cancelled,
    CardError,
    DamagedFile,
    GeometryError,
    InputError,
    LungViewError,
    MissingCodec,
    ModelError,
    NoNodule,
    NoPixelData,
    ReadError,
    ReportError,
    TooManyPixels,
    UnsupportedFormat,
    WeightsError,
    WorkerDied,
)

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not authorised",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    411: "Length required",
    413: "Content too large",
    415: "Unsupported media type",
    421: "Misdirected request",
    422: "Unprocessable content",
    500: "Internal error",
    503: "Busy",
    504: "Took too long",
}
# The first class that fits decides.
_STATUS: tuple[tuple[type[LungViewError], int], ...] = (
    (TooManyPixels, 413),
    (UnsupportedFormat, 415),
    (MissingCodec, 415),
    (NoPixelData, 422),
    (DamagedFile, 422),
    (ReadError, 422),
    (InputError, 422),
    (GeometryError, 422),
    (NoNodule, 422),
    (CardError, 500),
    (WeightsError, 500),
    (ModelError, 500),
    (ReportError, 500),
    (WorkerDied, 500),
    (Cancelled, 503),
)


class Problem(Exception):
    """status: of HTTP. reason: stable, for scripts. detail: one sentence. hint: what to do next, or ""."""

    def __init__(self, status: int, reason: str, detail: str, hint: str = "") -> None:
        super().__init__(status, reason, detail, hint)
        self.status, self.reason, self.detail, self.hint = status, reason, detail, hint

    def to_json(self) -> bytes:
        """The body of the answer."""
        values = {
            "type": "about:blank",
            "title": TITLES.get(self.status, "Error"),
            "status": self.status,
            "detail": self.detail,
            "reason": self.reason,
            "hint": self.hint,
        }
        return json.dumps(values, ensure_ascii=False).encode()


def from_json(body: bytes) -> Problem:
    """The problem that a worker wrote."""
    values = json.loads(body)
    return Problem(int(values["status"]), str(values["reason"]), str(values["detail"]), str(values["hint"]))


def of_error(error: LungViewError) -> Problem:
    """The problem of a failure that has a sentence; the path in it stays here."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
    return Problem(status, error.reason, error.message, error.hint)
