"""Findings as values and as lines: one answer each, as `lungview findings` prints it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lungview.image.slice import Instance
from lungview.lung.quantify import Detail, Quantities
from lungview.nodules.answer import Answer, Located
from lungview.report.content import RESEARCH_USE, FindingsContent
from lungview.report.files import replacing
from lungview.report.lungs.words import summary
from lungview.spreadsheet import ENCODING, Table
from lungview.version import program

SCHEMA = 1
COLUMNS = (
    "series_uid", "path", "model", "suitable", "reason", "conclusion", "id", "x_mm", "y_mm", "z_mm", "slice",
    "box", "first_slice", "last_slice", "long_mm", "short_mm", "volume_mm3", "density", "score",
    "probability", "band", "called", "note",
)  # fmt: skip


def json_values(answer: Answer, head: dict[str, Any]) -> dict[str, Any]:
    """One answer as plain JSON values. head: what says whose it is, such as the series' UID.

    Slices are counted from 0 in the series' order, one less than their number in window and reports; boxes
    are in pixels, of which one covers [c, c + 1).
    """
    return {
        **head,
        "slices": len(answer.instances),
        "suitable": answer.suitable,
        "reasons": list(answer.reasons),
        "notes": list(answer.notes),
        "conclusion": answer.conclusion,
        "lungs": _lungs(answer.lungs),
        "findings": [_finding(k, found) for k, found in enumerate(answer.findings, start=1)],
        "slice_scores": [[_name(answer.instances[k]), round(s, 4)] for k, s in answer.slice_scores],
        "model": answer.model,
        "seconds": {step: round(s, 3) for step, s in answer.seconds.items()},
    }


def document(content: FindingsContent) -> dict[str, Any]:
    """The same as a JSON report: with what made it."""
    return {
        "schema": SCHEMA,
        "program": program(),
        "notice": RESEARCH_USE,
        "series": json_values(content.answer, head(content)),
    }


def part(content: FindingsContent | None) -> dict[str, Any]:
    """What a JSON report of a slice adds: nothing where the second reader was not asked."""
    return {} if content is None else {"findings": json_values(content.answer, head(content))}


def head(content: FindingsContent) -> dict[str, Any]:
    """What says whose an answer is, as `lungview findings` prints it."""
    instances = content.answer.instances
    if len(instances) > 1:
        return {"series_uid": content.series_uid, "patient_id": content.patient_id}
    return {"path": str(instances[0].path / instances[0].member), "frame": instances[0].frame}


def write_json(content: FindingsContent, path: Path) -> None:
    """Write the JSON report. Raises ReportError; `path` is whole or untouched."""
    with replacing(path) as target:
        text = json.dumps(document(content), indent=1, ensure_ascii=False)
        target.write_text(text + "\n", encoding="utf-8")


def write_csv(content: FindingsContent, path: Path) -> None:
    """Write a row for each finding, or one with the reason why there is none. Raises ReportError."""
    with replacing(path) as target, target.open("w", newline="", encoding=ENCODING) as file:
        table = Table(file, COLUMNS)
        for row in csv_rows(json_values(content.answer, head(content))):
            table.named(row)


def csv_rows(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of one answer, from its JSON values; without a finding one row all the same."""
    same = {
        "series_uid": values.get("series_uid", ""),
        "path": values.get("path", ""),
        "model": values["model"],
        "suitable": "yes" if values["suitable"] else "no",
        "reason": "; ".join(values["reasons"]),
        "conclusion": values["conclusion"],
        "note": "; ".join(values["notes"]),
    }
    return [same | _cells(found) for found in values["findings"]] or [same]


def _cells(found: Mapping[str, Any]) -> dict[str, Any]:
    called = {None: "", True: "yes", False: "no"}[found["called"]]
    cells = {name: "" if value is None else value for name, value in found.items()}
    return cells | {"box": " ".join(f"{v:g}" for v in found["box"]), "called": called}


def text(values: dict[str, Any]) -> str:
    """The same for people, from the JSON values; slices have the number that the window shows, from 1."""
    name = values.get("series_uid") or values.get("path", "")
    lines = [f"{name}: {values['slices']} slices"]
    lines += [f"  not answered: {reason}" for reason in values["reasons"]]
    lines += [f"  note: {note}" for note in values["notes"]]
    if lungs := values["lungs"]:
        lines.append(f"  lungs: {lungs['summary']}")
    lines += [_line(found) for found in values["findings"]]
    if values["conclusion"]:
        lines.append(f"  {values['conclusion']}")
    elif values["suitable"] and not values["findings"]:
        looked = len(values["slice_scores"])
        lines.append(f"  no candidate on {looked} slices; this does not say that there is none")
    return "\n".join(lines)


def _lungs(found: Quantities | None) -> dict[str, Any] | None:
    if found is None:
        return None
    known = found.coverage
    return {
        "left_ml": round(found.left.volume_ml, 1),
        "right_ml": round(found.right.volume_ml, 1),
        "laa950": _rounded(found.both.laa950, 4),
        "perc15_hu": _rounded(found.both.perc15_hu, 1),
        "coverage": known.extent,
        "mark": list(known.mark),
        "reasons": list(known.reasons),
        "thirds": None if found.detail is None or known.reasons else _thirds(found.detail),
        "summary": summary(found),
    }


def _thirds(found: Detail) -> dict[str, list[dict[str, float | None]]]:
    """Upper, middle and lower of each lung."""
    sides = {"right": found.right_thirds, "left": found.left_thirds}
    return {
        side: [
            {
                "volume_ml": round(each.volume_ml, 1),
                "laa950": _rounded(each.laa950, 4),
                "perc15_hu": _rounded(each.perc15_hu, 1),
            }
            for each in three
        ]
        for side, three in sides.items()
    }


def _finding(number: int, located: Located) -> dict[str, Any]:
    found = located.finding
    x, y, z = found.place_mm or (None, None, None)
    return {
        "id": number,
        "x_mm": _rounded(x, 2),
        "y_mm": _rounded(y, 2),
        "z_mm": _rounded(z, 2),
        "slice": located.index,
        "box": [round(v, 1) for v in located.box],
        "first_slice": found.slices[0],
        "last_slice": found.slices[1],
        "long_mm": _rounded(found.long_mm, 1),
        "short_mm": _rounded(found.short_mm, 1),
        "volume_mm3": _rounded(found.volume_mm3, 1),
        "density": found.density.value if found.density else None,
        "score": _rounded(found.score, 4),
        "probability": _rounded(found.probability, 4),
        "band": found.band,
        "called": located.called,
    }


def _name(instance: Instance) -> str:
    """What a slice is called: its UID, or the path of a picture without one."""
    return instance.sop_instance_uid or str(instance.path / instance.member)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _line(found: dict[str, Any]) -> str:
    said = [f"slice {found['slice'] + 1}", "box " + " ".join(f"{v:g}" for v in found["box"])]
    if found["long_mm"] is not None:
        said.append(f"{found['long_mm']:.1f} × {found['short_mm']:.1f} mm")
    if found["volume_mm3"] is not None:
        said.append(f"{found['volume_mm3']:.0f} mm³")
    if found["density"] is not None:
        said.append(found["density"])
    if found["score"] is not None:
        said.append(f"score {found['score']:.2f}")
    if found["probability"] is not None:
        said.append(f"probability of malignancy {found['probability']:.2f}")
    elif found["band"] is not None:
        said.append(f"malignancy: {found['band']}")
    if found["called"] is not None:
        said.append("called" if found["called"] else "not called")
    return f"  {found['id']}: " + ", ".join(said)
