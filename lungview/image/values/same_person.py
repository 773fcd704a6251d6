"""Whether two files name one person."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from hashlib import blake2b

from lungview.image.slice import Patient


@lru_cache(maxsize=256)
def person_of(patient: Patient) -> tuple[str, ...]:
    """Name, ID, birth date and sex as they are compared: blanks, case, carets and width do not count.

    Then, where the file says it, who issued the ID: two hospitals may have given one to two people.
    """
    groups = (_plain(group.replace("^", " ")) for group in patient.name.split("="))
    name = "=".join(groups).rstrip("=")
    birth = "".join(c for c in patient.birth_date if c.isalnum())
    issuer = _plain(patient.id_issuer)
    said = (name, _plain(patient.patient_id), birth, _plain(patient.sex))
    return (*said, issuer) if issuer else said


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=256)
def person_code(patient: Patient) -> str:
    """The same as a short code, "" where the file names no one."""
    person = person_of(patient)
    if not any(person[:3]):
        return ""
    return blake2b("\0".join(person).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
