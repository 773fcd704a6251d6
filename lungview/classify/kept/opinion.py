"""Opinion: what the reader thought of a slice, or what a model said of it, as one line of the record."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from lungview.classify.case import Case
from lungview.image.slice import Instance

CONFIDENCES = ("a guess", "unsure", "fairly sure", "sure")  # of an opinion, from 1


@dataclass(frozen=True, slots=True)
class Opinion:
    """One line of the record: a judgement of one slice; no patient data, no file name.

    time: UTC, ISO 8601. instance: SOP Instance UID, "" when there is none. frame: 0-based.
    reader_label: a class key, or "" when the reader gave none. read_first: it was given while the model's
    answer was hidden. model, sha256, label, probability, verdict, overridden: the model's answer, "" and 0
    before there is one, and label and probability also of what the gate refused. agrees: the reader's word on
    it, None while not asked. kind: "opinion" of the reader, or "answer" of the model. picture: which it is
    (`PictureId.digest`), "" in lines from before there was one. reasons: of the
    gate. confidence: how sure the reader is, 1 to 4 as in CONFIDENCES, 0 when not said.
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
    kind: str = "opinion"
    picture: str = ""
    reasons: tuple[str, ...] = ()
    confidence: int = 0


def opinion(
    instance: Instance,
    reader_label: str,
    *,
    read_first: bool,
    case: Case | None = None,
    agrees: bool | None = None,
    remark: str = "",
    kind: str = "opinion",
    picture: str = "",
    confidence: int = 0,
) -> Opinion:
    """The reader's judgement of a slice now, with the model's answer when there is one.

    picture: its digest, by which it is found again. confidence: 1 to 4, 0 when not said.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    found = case.prediction if case is not None else None
    made = Opinion(
        now,
        instance.sop_instance_uid,
        instance.frame,
        reader_label,
        read_first,
        remark=remark,
        kind=kind,
        picture=picture,
        confidence=confidence,
    )
    if found is None:
        return made
    return replace(
        made,
        model=found.model,
        sha256=found.sha256,
        label=found.label,
        probability=max(found.probabilities, default=0.0),
        verdict=found.verdict.value,
        overridden=found.suitability.overridden,
        agrees=agrees,
        reasons=found.suitability.reasons,
    )


def read_lines(path: Path) -> tuple[Opinion, ...]:
    """The log of versions before the record, one JSON object a line, oldest first.

    A damaged line (a crash while writing) is passed over; () where there is no such file.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    return tuple(made for made in map(_parsed, lines) if made is not None)


def _parsed(line: str) -> Opinion | None:
    known = {f.name for f in fields(Opinion)}
    try:
        return Opinion(**{k: v for k, v in json.loads(line).items() if k in known})
    except (ValueError, TypeError, AttributeError):
        return None
