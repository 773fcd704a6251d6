"""Letters that no text has: a sign that it is not in the one-byte set that is declared for it."""

from __future__ import annotations

import codecs
import re

_CONTROLS = re.compile("[\x80-\x9f]")  # C1: what the upper half of these sets begins with, and no text has
# Signs beside the letters of the sets; a number (№ 5, n° 5) or an area (cm²) is met in names of phantoms.
_NO_NAME = re.compile("[×÷¤¦§©¬®¯±¶¢£¥¨¸¡¿¹¼½¾\u2500-\u25ff]|[№°](?! ?[0-9])|(?<!m)[²³]")
# Each set → that of Windows for the same languages, in which text is often written under its name.
_OF_WINDOWS = {
    "iso8859-1": "cp1252",
    "iso8859-2": "cp1250",
    "iso8859-4": "cp1257",
    "iso8859-5": "cp1251",
    "iso8859-6": "cp1256",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-9": "cp1254",
    "iso8859-15": "cp1252",
    "tis-620": "cp874",
}
_ONE_BYTE = ("iso8859", "cp125", "cp874", "koi8", "mac", "tis")


def is_odd(text: str, encoding: str, vr: str) -> bool:
    """Whether a text as decoded by a set, whichever it is, has letters that nobody wrote.

    encoding: Python's name. vr: what is no letter of a name (PN) may well be one of a description, "5 ± 1".
    """
    if text.isascii() or not codecs.lookup(encoding).name.startswith(_ONE_BYTE):
        return False
    return bool(_CONTROLS.search(text) or (vr == "PN" and _NO_NAME.search(text)))


def of_windows(value: bytes, encoding: str, vr: str) -> tuple[str, str, str] | None:
    """The set of Windows for the same languages: its name, Python's name, the text; None where no better."""
    name = _OF_WINDOWS.get(codecs.lookup(encoding).name, "")
    try:
        text = value.decode(name) if name else ""
    except UnicodeDecodeError:
        return None
    return (f"Windows-{name[2:]}", name, text) if text and not is_odd(text, name, vr) else None
