"""Templates of a report's text: plain text with fields in braces. Nothing in them is run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lungview import paths
from lungview.errors import InputError

FIELDS = (
    "patient", "date", "technique", "comparison", "lungs", "notes", "findings", "exam", "category",
    "recommendation", "impression", "reader", "program",
)  # fmt: skip
_FIELD = re.compile(r"\{([^{}\n]*)\}")
_COMMENT, _IMPRESSION = "//", "[impression]"
_LONGEST = 40  # characters of a field that is not known, in the sentence that says so


@dataclass(frozen=True, slots=True)
class Template:
    """text: of the whole report. impression: of the impression alone, "" where the template has none."""

    text: str
    impression: str = ""


def parse(text: str) -> Template:
    """A template from its text. Raises InputError, one sentence: an unknown field, or nothing in it."""
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith(_COMMENT)]
    if not any(lines):
        raise InputError("expected a text with fields, found none")
    for name in _FIELD.findall("\n".join(lines)):
        if name not in FIELDS:
            short = name if len(name) <= _LONGEST else name[:_LONGEST] + "…"
            raise InputError(f"the field “{short}” is not known; there are {', '.join(FIELDS)}")
    heads = [number for number, line in enumerate(lines) if line.strip().lower() == _IMPRESSION]
    end = heads[0] if heads else len(lines)
    return Template("\n".join(lines[:end]), "\n".join(lines[end + 1 :]).strip())


@lru_cache(maxsize=1)
def default() -> Template:
    """The template that comes with the program."""
    return parse(default_text())


def default_text() -> str:
    """The file of the template that comes with the program."""
    return (paths.resources() / "templates" / "work-up.txt").read_text(encoding="utf-8")


def filled(text: str, values: Mapping[str, str]) -> str:
    """A part of a template with its fields filled in, once: braces in a value are no fields.

    A line whose fields are all empty is left out; of several empty lines one stays.
    """
    lines: list[str] = []
    for line in text.splitlines():
        names = _FIELD.findall(line)
        if names and not any(values[name] for name in names):
            continue
        made = _FIELD.sub(lambda found: values[found[1]], line)
        if made or (lines and lines[-1]):
            lines.append(made)
    return "\n".join(lines).strip("\n")
