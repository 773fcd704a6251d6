"""The reader's own templates: text files in a folder; the one that ships where none is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lungview import paths
from lungview.errors import InputError
from lungview.files import write_atomically
from lungview.report.work_up import template
from lungview.report.work_up.template import Template

_LARGEST = 65_536  # bytes
_MOST = 50  # files that are offered
_SUFFIXES = (".txt", ".md")
_EXAMPLE = "example.txt"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A template, and a sentence where the one that was chosen could not be used."""

    template: Template
    problem: str = ""


def folder() -> Path:
    """Where the reader's templates are, or would be."""
    return paths.config() / "templates"


def names() -> tuple[str, ...]:
    """The files that are offered, by name."""
    try:
        found = sorted(each.name for each in folder().iterdir() if each.suffix.lower() in _SUFFIXES)
    except OSError:
        return ()
    return tuple(found[:_MOST])


def made() -> Path:
    """The folder, made where it is not there; an empty one gets the template that ships, to begin from.

    Raises OSError.
    """
    folder().mkdir(parents=True, exist_ok=True)
    if not any(folder().iterdir()):
        write_atomically(folder() / _EXAMPLE, template.default_text().encode())
    return folder()


def load(name: str) -> Loaded:
    """A template of the folder by its file's name; "" is the one that ships, and stands in for a bad one."""
    if not name:
        return Loaded(template.default())
    try:
        return Loaded(template.parse(_read(name)))
    except InputError as error:
        said = f"The template could not be used, the one that ships is: {error.message} ({Path(name).name})."
        return Loaded(template.default(), said)


def _read(name: str) -> str:
    """The text of a file of the folder, and of no other. Raises InputError."""
    path = folder() / name
    if Path(name).name != name or not path.is_file():
        raise InputError("there is no such file in the folder of templates")
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"the file cannot be opened: {error.strerror}") from error
    if len(data) > _LARGEST:
        raise InputError(f"expected at most {_LARGEST:,} bytes, found more")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text):
        raise InputError("expected plain text in UTF-8, found something else")
    return text
