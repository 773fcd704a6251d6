"""A Row as database columns and back; paths as bytes, since not every file name is text."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from lungview import errors
from lungview.batch.inputs import Input
from lungview.batch.row import Row
from lungview.batch.series_row import SeriesRow
from lungview.classify.case import Case, Prediction, Refusal, Seconds, Suitability, Verdict
from lungview.errors import LungViewError
from lungview.image.slice import Instance
from lungview.model.input import Box
from lungview.nodules.suspicion import Suspicion

COLUMNS = """
    file BLOB NOT NULL,             -- path in the file system's own bytes
    member TEXT NOT NULL,           -- name inside the zip, or ''
    path TEXT NOT NULL,             -- file and member for people; what is no UTF-8 as \\xNN
    status TEXT NOT NULL,           -- classified | not suitable | skipped | failed
    frame INTEGER NOT NULL,         -- 0-based: the one judged most probably malignant
    frames INTEGER NOT NULL,
    input_sha256 TEXT NOT NULL,
    input_size INTEGER NOT NULL,
    modality TEXT NOT NULL,
    sop_class_uid TEXT NOT NULL,
    sop_instance_uid TEXT NOT NULL,
    series_instance_uid TEXT NOT NULL,
    study_instance_uid TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    instance_number INTEGER,
    rows INTEGER NOT NULL,
    columns INTEGER NOT NULL,
    model TEXT, model_sha256 TEXT, label TEXT, verdict TEXT,
    suitable INTEGER, score REAL, threshold REAL, overridden INTEGER,
    reasons TEXT,                   -- JSON list of sentences
    probabilities TEXT,             -- JSON object, class key: probability; NULL where the gate refused
    calibrated INTEGER,
    cams BLOB,                      -- float16, classes × h × w, over box; NULL where the gate refused
    cams_shape TEXT, box TEXT,      -- JSON lists
    seconds_read REAL, seconds_prepare REAL, seconds_infer REAL,
    error TEXT, reason TEXT, hint TEXT, error_path TEXT,
    thumbnail BLOB NOT NULL,        -- JPEG
    person TEXT,                    -- a code for who it is of, '' when the file names no one
    outline TEXT,                   -- JSON list of [x, y] px: what of the box the network saw; NULL: all
    refusal TEXT,                   -- what the gate refused for: one of Refusal's values
    findings INTEGER,               -- called by the second reader on this slice of a CT series; else NULL
    p_suspicious REAL               -- the slice's highest score, in [0, 1]
"""
SERIES_COLUMNS = """
    key TEXT PRIMARY KEY,           -- a digest of where its slices are
    series_instance_uid TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    file BLOB NOT NULL,             -- of its first slice, in the file system's own bytes
    member TEXT NOT NULL,
    slices INTEGER NOT NULL,
    model TEXT NOT NULL,            -- of the second reader, id@version
    reasons TEXT NOT NULL,          -- JSON list: why there is no answer
    conclusion TEXT NOT NULL,
    findings INTEGER,               -- called; NULL without an answer
    p_suspicious REAL,              -- the highest score of a finding
    notes TEXT NOT NULL DEFAULT '[]'  -- JSON list: what a reader must know of the answer
"""
NAMES = tuple(
    part.split()[0]
    for line in COLUMNS.splitlines()
    for part in line.split("--")[0].split(",")
    if part.strip()
)
COUNT = len(NAMES)


def to_columns(row: Row) -> tuple[Any, ...]:
    """The row's values in the order of `NAMES`."""
    values = {
        **_input_columns(row),
        **_prediction_columns(row.case.prediction),
        **_error_columns(row.case.error),
    }
    return tuple(values.get(name) for name in NAMES)


def from_columns(values: tuple[Any, ...]) -> Row:
    """The row of values in the order of `NAMES`."""
    v = dict(zip(NAMES, values, strict=True))
    found = source(v["file"], v["member"])
    instance = Instance(
        path=found.path,
        frame=v["frame"],
        sop_instance_uid=v["sop_instance_uid"],
        sop_class_uid=v["sop_class_uid"],
        series_instance_uid=v["series_instance_uid"],
        modality=v["modality"],
        instance_number=v["instance_number"],
        rows=v["rows"],
        columns=v["columns"],
        member=found.member,
        person=v["person"],
    )
    told = None if v["findings"] is None else Suspicion(v["findings"], v["p_suspicious"])
    found_by_model = _prediction(v) if v["model"] else None
    case = Case(instance, found_by_model, _error(v) if v["reason"] else None, told)
    return Row(
        found,
        case,
        v["frames"],
        v["input_sha256"],
        v["input_size"],
        v["patient_id"],
        v["study_instance_uid"],
        v["thumbnail"],
    )


def series_values(row: SeriesRow) -> tuple[Any, ...]:
    """A series' row in the order of `SERIES_COLUMNS`."""
    told = row.suspicion
    return (
        row.key,
        row.series_uid,
        row.patient_id,
        os.fsencode(row.source.path),
        row.source.member,
        row.slices,
        row.model,
        json.dumps(row.reasons),
        row.conclusion,
        told.findings if told else None,
        told.score if told else None,
        json.dumps(row.notes),
    )


def series_row(values: tuple[Any, ...]) -> SeriesRow:
    """The row of values in the order of `SERIES_COLUMNS`; what its slices said is in their own rows."""
    key, uid, patient, file, member, slices, model, reasons, conclusion, findings, score, notes = values
    told = None if findings is None else Suspicion(findings, score)
    said, known = tuple(json.loads(reasons)), tuple(json.loads(notes))
    return SeriesRow(
        key,
        uid,
        source(file, member),
        slices,
        model,
        said,
        conclusion,
        told,
        patient_id=patient,
        notes=known,
    )


def source(file: bytes, member: str) -> Input:
    """The input of a row."""
    return Input(Path(os.fsdecode(file)), member)


def readable(path: Path) -> str:
    """A path as text any program can store: bytes that are no UTF-8 become \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _input_columns(row: Row) -> dict[str, Any]:
    instance = row.case.instance
    return {
        "file": os.fsencode(row.source.path),
        "member": row.source.member,
        "path": readable(row.source.label),
        "status": str(row.status),
        "frame": instance.frame,
        "frames": row.frames,
        "input_sha256": row.sha256,
        "input_size": row.size,
        "modality": instance.modality,
        "sop_class_uid": instance.sop_class_uid,
        "sop_instance_uid": instance.sop_instance_uid,
        "series_instance_uid": instance.series_instance_uid,
        "study_instance_uid": row.study_uid,
        "patient_id": row.patient_id,
        "instance_number": instance.instance_number,
        "rows": instance.rows,
        "columns": instance.columns,
        "thumbnail": row.thumbnail,
        "person": instance.person,
        "findings": row.case.suspicion.findings if row.case.suspicion else None,
        "p_suspicious": row.case.suspicion.score if row.case.suspicion else None,
    }


def _prediction_columns(p: Prediction | None) -> dict[str, Any]:
    if p is None:
        return {}
    return {
        "model": p.model,
        "model_sha256": p.sha256,
        "verdict": str(p.verdict),
        "suitable": int(p.suitability.suitable),
        "score": p.suitability.score,
        "threshold": p.suitability.threshold,
        "overridden": int(p.suitability.overridden),
        "refusal": p.suitability.refusal,
        "reasons": json.dumps(p.suitability.reasons),
        "calibrated": int(p.calibrated),
        "box": json.dumps([p.box.top, p.box.left, p.box.bottom, p.box.right]),
        "seconds_read": p.seconds.read,
        "seconds_prepare": p.seconds.prepare,
        "seconds_infer": p.seconds.infer,
        **({} if p.refused else _number_columns(p)),
    }


def _number_columns(p: Prediction) -> dict[str, Any]:
    """What only a prediction has that may be told."""
    return {
        "label": p.label,
        "probabilities": json.dumps(dict(zip(p.keys, p.probabilities, strict=True))),
        "cams": p.cams.astype(np.float16).tobytes(),
        "cams_shape": json.dumps(p.cams.shape),
        "outline": None if p.outline is None else json.dumps(p.outline.round(3).tolist()),
    }


def _prediction(v: dict[str, Any]) -> Prediction:
    probabilities = json.loads(v["probabilities"] or "{}")
    shape = json.loads(v["cams_shape"] or "[0, 0, 0]")
    cams = np.frombuffer(v["cams"] or b"", np.float16).astype(np.float32).reshape(shape)
    cams.flags.writeable = False
    return Prediction(
        keys=tuple(probabilities),
        probabilities=tuple(probabilities.values()),
        cams=cams,
        box=Box(*json.loads(v["box"])),
        label=v["label"] or "",
        verdict=Verdict(v["verdict"]),
        suitability=Suitability(
            bool(v["suitable"]),
            v["score"],
            v["threshold"],
            tuple(json.loads(v["reasons"])),
            bool(v["overridden"]),
            Refusal(v["refusal"]) if v["refusal"] else None,
        ),
        model=v["model"],
        sha256=v["model_sha256"],
        seconds=Seconds(v["seconds_read"], v["seconds_prepare"], v["seconds_infer"]),
        seen=np.zeros((0, 0), dtype=np.uint8),
        calibrated=bool(v["calibrated"]),
        outline=np.array(json.loads(v["outline"]), dtype=np.float64) if v["outline"] else None,
    )


def _error_columns(error: LungViewError | None) -> dict[str, Any]:
    if error is None:
        return {}
    return {
        "error": error.message,
        "reason": error.reason,
        "hint": error.hint,
        "error_path": readable(Path(error.path)) if error.path else "",
    }


def _error(v: dict[str, Any]) -> LungViewError:
    kind = getattr(errors, v["reason"], LungViewError)
    error: LungViewError = kind(v["error"], v["error_path"], v["hint"])
    return error
