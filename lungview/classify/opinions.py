"""Opinions: what the reader thought, before and after the model; a local log, one line a judgement."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from lungview import paths
from lungview.classify.case import Case
from lungview.errors import ReportError
from lungview.files import write_atomically
from lungview.image.slice import Instance

NOTICE = "Research use only, not a medical device"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One judgement of one slice; no patient data beyond the file's name.

    time: UTC, ISO 8601. instance: SOP Instance UID, or the file's name when there is none. frame: 0-based.
    reader_label: a class key, or "" when the reader gave none. read_first: it was given while the model's
    answer was hidden. model, sha256, label, probability, verdict, overridden: the model's answer, "" and 0
    before there is one. agrees: the reader's word on it, None while not asked.
    """

    time: str
    instance: str
    frame: int
    reader_label: str
    read_first: bool
    model: str = ""
    sha256: str = ""
    label: str = ""
    probability: float = 0.0
    verdict: str = ""
    overridden: bool = False
    agrees: bool | None = None
    remark: str = ""


def identity(instance: Instance) -> str:
    """How the log names a slice's file."""
    return instance.sop_instance_uid or instance.member or instance.path.name


def opinion(
    instance: Instance,
    reader_label: str,
    *,
    read_first: bool,
    case: Case | None = None,
    agrees: bool | None = None,
    remark: str = "",
) -> Opinion:
    """The reader's judgement of a slice now, with the model's answer when there is one."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    found = case.prediction if case is not None else None
    if found is None:
        return Opinion(now, identity(instance), instance.frame, reader_label, read_first, remark=remark)
    return Opinion(
        now,
        identity(instance),
        instance.frame,
        reader_label,
        read_first,
        found.model,
        found.sha256,
        found.label,
        max(found.probabilities, default=0.0),
        found.verdict.value,
        found.suitability.overridden,
        agrees,
        remark,
    )


def default_path() -> Path:
    return paths.data() / "opinions.jsonl"


def append(made: Opinion, path: Path | None = None) -> None:
    """Add a line to the log. Raises ReportError; what is there already is never rewritten."""
    path = path or default_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(made), ensure_ascii=False) + "\n")
    except OSError as error:
        raise ReportError(f"the opinion could not be kept ({error.strerror})", path) from error


def read(path: Path | None = None) -> tuple[Opinion, ...]:
    """The log, oldest first; a damaged line (a crash while writing) is passed over."""
    try:
        lines = (path or default_path()).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"the log of opinions cannot be read ({error})", path or default_path()) from error
    return tuple(made for made in map(_parsed, lines) if made is not None)


def _parsed(line: str) -> Opinion | None:
    known = {f.name for f in fields(Opinion)}
    try:
        return Opinion(**{k: v for k, v in json.loads(line).items() if k in known})
    except (ValueError, TypeError, AttributeError):
        return None


def to_csv(made: Iterable[Opinion], path: Path) -> None:
    """Write the log as a table for a spreadsheet, with the notice in its first line. Raises ReportError."""
    text = io.StringIO()
    text.write(f"# {NOTICE}\n")
    writer = csv.DictWriter(text, [f.name for f in fields(Opinion)])
    writer.writeheader()
    writer.writerows({k: _safe(v) for k, v in asdict(each).items()} for each in made)
    try:
        write_atomically(path, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise ReportError(f"the table could not be written ({error.strerror})", path) from error


def _safe(value: object) -> object:
    # A spreadsheet runs a cell that begins like this as a formula.
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
