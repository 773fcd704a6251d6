"""What one visitor may cost; everything is bounded before it is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """upload: bytes of one request. files, fields: parts of one. unpacked: bytes of what a zip holds.

    pixels: of one picture. pictures: of one request. shown: pixels of all pictures that a page is sent.
    judged: pictures times models. waiting: requests inside at once. uploads: bytes of all of them.
    upload_seconds, answer_seconds, findings_seconds: after them the request is given up.
    """

    upload: int = 512 << 20
    files: int = 2000
    fields: int = 40
    field: int = 4096
    unpacked: int = 1 << 30
    pixels: int = 64_000_000
    pictures: int = 1000
    shown: int = 160_000_000
    judged: int = 2000
    waiting: int = 64
    uploads: int = 2 << 30
    upload_seconds: float = 120.0
    answer_seconds: float = 120.0
    findings_seconds: float = 900.0


def megabytes(count: int) -> str:
    """Bytes for a sentence."""
    return f"{count / (1 << 20):,.0f} MB" if count >= 1 << 20 else f"{count:,} bytes"
