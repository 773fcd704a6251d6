"""New names and UIDs: the same for the same original within one run, and no way back."""

from __future__ import annotations

import hashlib
import hmac
import secrets


class Pseudonyms:
    """One run's. The salt is made anew for each run and written nowhere, so nobody can try out originals."""

    def __init__(self, salt: bytes | None = None) -> None:
        self._salt = salt or secrets.token_bytes(32)

    def uid(self, original: str) -> str:
        """A UID below 2.25 (PS3.5 B.2), 44 characters at most."""
        return f"2.25.{int.from_bytes(self._digest('uid', original)[:16], 'big')}"

    def person(self, *told: str) -> str:
        """A name and number for a person, by all that tells them apart: number, issuer, name, birth date."""
        return f"ANON-{self._digest('person', *told).hex()[:10].upper()}"

    def _digest(self, *parts: str) -> bytes:
        return hmac.new(self._salt, "\0".join(parts).encode("utf-8"), hashlib.sha256).digest()
