"""Question: what a request asks about its files, from the fields of its form."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lungview.serve.problem import Problem

FORMATS = ("json", "csv", "pdf")
PATIENTS = ("full", "initials", "none")
Four = tuple[float, float, float, float]
Three = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Question:
    """models: ids, or none for the default. frame, member: of the one picture that is meant; None is all.

    box: as the command line takes it, px: top, left, bottom, right for `classify`, x0, y0, x1, y1 for
    `findings`. at: a place in the patient, mm. slice: of a box in a series, from 0.
    override: the gate's refusal is recorded, not obeyed. heat_maps: whether they are wanted too.
    class_key: whose heat map a PDF shows, "" the most probable class's. patient: how much of it a PDF shows.
    """

    models: tuple[str, ...] = ()
    frame: int | None = None
    member: str = ""
    box: Four | None = None
    at: Three | None = None
    slice: int | None = None
    override: bool = False
    heat_maps: bool = False
    format: str = "json"
    class_key: str = ""
    patient: str = "full"


def _flag(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise _wrong(name, "true or false", text)
    return text.lower() == "true"


def _count(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise _wrong(name, "a number from 0", text)
    return int(text)


def _numbers(count: int) -> Callable[[str, str], tuple[float, ...]]:
    def parse(name: str, text: str) -> tuple[float, ...]:
        try:
            values = tuple(float(part) for part in text.split(","))
        except ValueError:
            values = ()
        if len(values) != count or not all(math.isfinite(v) and abs(v) < 1e6 for v in values):
            raise _wrong(name, f"{count} numbers with commas between them", text)
        return values

    return parse


def _one_of(*words: str) -> Callable[[str, str], str]:
    def parse(name: str, text: str) -> str:
        if text not in words:
            raise _wrong(name, f"one of {', '.join(words)}", text)
        return text

    return parse


def _text(_name: str, text: str) -> str:
    return text


def _wrong(name: str, expected: str, found: str) -> Problem:
    return Problem(422, "WrongField", f"{name}: expected {expected}, found “{found[:40]}”")


Parse = Callable[[str, str], Any]
_CLASSIFY: dict[str, Parse] = {
    "frame": _count,
    "member": _text,
    "box": _numbers(4),
    "override": _flag,
    "heat_maps": _flag,
    "format": _one_of(*FORMATS),
    "class_key": _text,
    "patient": _one_of(*PATIENTS),
}
_FINDINGS: dict[str, Parse] = {"box": _numbers(4), "at": _numbers(3), "slice": _count}
FIELDS: dict[str, dict[str, Parse]] = {"classify": _CLASSIFY, "findings": _FINDINGS, "pictures": {}}


def question(kind: str, fields: Sequence[tuple[str, str]]) -> Question:
    """The question of a form. Raises Problem for a field that is unknown, given twice, or wrong."""
    known = FIELDS[kind]
    models = tuple(value for name, value in fields if name == "model" and value)
    given: dict[str, Any] = {}
    for name, value in fields:
        if name == "model" and kind != "pictures":
            continue
        if name not in known:
            expected = ", ".join(("file", *(["model"] if kind != "pictures" else []), *known))
            raise Problem(422, "WrongField", f"expected the fields {expected}; found “{name[:40]}”")
        if name in given:
            raise Problem(422, "WrongField", f"{name} was given twice; expected it once")
        if value:
            given[name] = known[name](name, value)
    _check(given)
    return Question(models=models, **given)


def _check(given: dict[str, Any]) -> None:
    box = given.get("box")
    if box is not None and not (box[0] < box[2] and box[1] < box[3]):
        raise Problem(422, "WrongField", "box: expected the second corner below and right of the first")
    if box is not None and "at" in given:
        raise Problem(422, "WrongField", "expected either box or at, found both")
