"""Cases as CSV and as JSON lines: the schema of docs/results.md, version `SCHEMA`."""

from __future__ import annotations

import io
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from lungview.classify.case import Case, Prediction
from lungview.model.card import ModelCard
from lungview.report.content import RESEARCH_USE
from lungview.report.files import replacing
from lungview.spreadsheet import ENCODING, Table
from lungview.version import program

SCHEMA = 1
_BEFORE = ("path", "frame", "model", "label", "verdict", "suitable")
_AFTER = ("seconds", "error", "reason", "overridden", "refusal", "findings", "p_suspicious")


def columns(keys: Sequence[str]) -> tuple[str, ...]:
    """The CSV's head for a model of those classes."""
    return (*_BEFORE, *(f"p_{k}" for k in keys), *_AFTER)


def path_text(case: Case) -> str:
    """The file, and its name inside a zip; what is no UTF-8 becomes \\xNN."""
    path = case.instance.path / case.instance.member if case.instance.member else case.instance.path
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def csv_values(case: Case, keys: Sequence[str]) -> dict[str, Any]:
    """The cells of one case; those that do not apply are empty."""
    found, error = case.prediction, case.error
    values: dict[str, Any] = {"path": path_text(case), "frame": case.instance.frame}
    if found is not None:
        s = found.seconds
        values |= {
            "model": found.model.split("@")[0],
            "label": _label(found),
            "verdict": str(found.verdict),
            "suitable": _yes(found.suitability.suitable),
            "seconds": f"{s.read + s.prepare + s.infer:.4f}",
            "reason": "; ".join(found.suitability.reasons),
            "overridden": _yes(found.suitability.overridden),
            "refusal": found.suitability.refusal or "",
        }
    if case.judged is not None:
        by_key = dict(zip(case.judged.keys, case.judged.probabilities, strict=True))
        values |= {f"p_{k}": f"{by_key[k]:.6f}" for k in keys if k in by_key}
    if error is not None:
        values |= {"error": error.message, "reason": error.reason}
    if case.suspicion is not None:
        values |= {"findings": case.suspicion.findings, "p_suspicious": f"{case.suspicion.score:.4f}"}
    return values


def _label(found: Prediction) -> str:
    """The most probable class; of what the gate refused there is none to tell."""
    return found.label or str(found.verdict)


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def json_values(case: Case) -> dict[str, Any]:
    """One case as `lungview classify --json` prints it."""
    found, error = case.prediction, case.error
    if error is not None:
        return {
            "path": path_text(case),
            "frame": case.instance.frame,
            "error": error.message,
            "reason": error.reason,
            "hint": error.hint,
        }
    assert found is not None  # a case has one of the two
    suitability, s = found.suitability, found.seconds
    return {
        "path": path_text(case),
        "frame": case.instance.frame,
        "model": found.model.split("@")[0],
        "version": found.model.split("@")[-1],
        "classes": list(found.keys),
        "probabilities": None if found.refused else list(found.probabilities),
        "calibrated": found.calibrated,
        "label": _label(found),
        "verdict": str(found.verdict),
        "suitable": suitability.suitable,
        "overridden": suitability.overridden,
        "suitability": {
            "score": _finite(suitability.score),
            "threshold": _finite(suitability.threshold),
            "refusal": suitability.refusal,
            "reasons": list(suitability.reasons),
            "overridden": suitability.overridden,
        },
        "seconds": {"read": s.read, "prepare": s.prepare, "infer": s.infer},
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def write_csv(cases: Iterable[Case], path: Path, keys: Sequence[str]) -> None:
    """Write the table, a case at a time. Raises ReportError; `path` is whole or untouched."""
    with replacing(path) as target, target.open("w", newline="", encoding=ENCODING) as file:
        _write(cases, file, keys)


def write_json(
    cases: Iterable[Case], path: Path, card: ModelCard, more: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """Write one JSON document, a case at a time. Raises ReportError; `path` is whole or untouched.

    more: what stands beside model and cases.
    """
    head = {
        "schema": SCHEMA,
        "program": program(),
        "notice": RESEARCH_USE,
        "model": {"id": card.id, "version": card.version, "sha256": card.sha256},
        **more,
    }
    with replacing(path) as target, target.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "cases": [')
        for i, case in enumerate(cases):
            file.write((",\n" if i else "\n") + json.dumps(json_values(case), ensure_ascii=False))
        file.write("\n]}\n")


def csv_text(cases: Iterable[Case], keys: Sequence[str]) -> str:
    """The same table as text, for the clipboard."""
    buffer = io.StringIO()
    _write(cases, buffer, keys)
    return buffer.getvalue()


def _write(cases: Iterable[Case], file: IO[str], keys: Sequence[str]) -> None:
    table = Table(file, columns(keys))
    for case in cases:
        table.named(csv_values(case, keys))
