"""The file of hanging rules: the reader's own, else those that ship."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lungview import paths
from lungview.errors import SettingsError
from lungview.files import write_atomically
from lungview.viewer.hanging.rules import Rule, from_table

_LARGEST = 1_000_000  # bytes
_MOST = 200  # rules


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rules, and a sentence where the reader's own file could not be used."""

    rules: tuple[Rule, ...]
    problem: str = ""


def own_path() -> Path:
    """Where the reader's own rules are, or would be."""
    return paths.config() / "hanging.toml"


def load() -> Loaded:
    """The reader's own rules; where there are none, or their file is broken, those that ship."""
    try:
        return Loaded(read(own_path()))
    except FileNotFoundError:
        return Loaded(shipped())
    except SettingsError as error:
        said = (
            f"Your hanging rules could not be used, those that ship are: {error.message} ({own_path().name})."
        )
        return Loaded(shipped(), said)


def shipped() -> tuple[Rule, ...]:
    """The rules that come with the program."""
    return read(_shipped_path())


def read(path: Path) -> tuple[Rule, ...]:
    """The rules of a file. FileNotFoundError; SettingsError for a file that cannot be read or used."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise SettingsError(f"expected at most {_LARGEST:,} bytes, found more", path)
        table = tomllib.loads(data.decode("utf-8"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SettingsError(f"the file cannot be opened: {error.strerror}", path) from error
    except (ValueError, RecursionError) as error:  # TOML and UTF-8 errors are both ValueErrors
        raise SettingsError(f"expected TOML, found: {str(error)[:200]}", path) from error
    return _rules(table, path)


def _rules(table: dict[str, object], path: Path) -> tuple[Rule, ...]:
    listed = table.get("rule", [])
    if set(table) - {"rule"} or not isinstance(listed, list) or len(listed) > _MOST:
        raise SettingsError(f"expected {_MOST} tables [[rule]] at most and nothing else", path)
    found = []
    for number, each in enumerate(listed, 1):
        try:
            found.append(from_table(each if isinstance(each, dict) else {}))
        except ValueError as error:
            raise SettingsError(f"rule {number}, {error}", path) from error
    return tuple(found)


def save(rules: Sequence[Rule]) -> Path | None:
    """Write the reader's own rules, whole or not at all; SettingsError where that fails.

    A broken file that is there is kept beside; returns where.
    """
    path = own_path()
    try:
        aside = _put_aside(path)
        write_atomically(path, text_of(rules).encode("utf-8"))
    except OSError as error:
        raise SettingsError(f"the hanging rules cannot be written: {error.strerror}", path) from error
    return aside


def _put_aside(path: Path) -> Path | None:
    try:
        read(path)
    except FileNotFoundError:
        return None
    except SettingsError:
        aside = path.with_name(path.name + ".bad")
        path.replace(aside)
        return aside
    return None


def text_of(rules: Iterable[Rule]) -> str:
    """Rules as the file holds them, with what each line means at the head."""
    head = _shipped_path().read_text("utf-8").split("[[rule]]")[0]
    return head + "\n".join(_text(rule) for rule in rules)


def _text(rule: Rule) -> str:
    lines = ["[[rule]]", f"name = {_quoted(rule.name)}"]
    if not rule.on:
        lines.append("on = false")
    for key in ("modality", "words"):
        if values := getattr(rule, key):
            lines.append(f"{key} = [{', '.join(map(_quoted, values))}]")
    if rule.series:
        lines.append(f"series = {_quoted(rule.series)}")
    if rule.prior:
        lines.append("prior = true")
    lines.append(f"layout = {_quoted(rule.layout)}")
    if rule.windows:
        lines.append(f"windows = [{', '.join(map(_quoted, rule.windows))}]")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML: what JSON escapes, and DEL, which it does not."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _shipped_path() -> Path:
    return paths.resources() / "hanging.toml"
