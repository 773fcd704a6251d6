"""The marks of a study as a table, and as text to paste: neither names the patient."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from lungview.marks.kinds import KINDS, Kind
from lungview.report.measured import Value, What
from lungview.spreadsheet import ENCODING, Table
from lungview.viewer.marks_list.listed import Listed
from lungview.viewer.marks_list.numbers import ContourStack, Numbers

_OF_SIZE = (What.LENGTH, What.LONG_AXIS, What.SHORT_AXIS)
_COLUMNS = {what: what.value.replace(" ", "_").lower() for what in What}
COLUMNS = (
    "series", "slice", "mark", "name", "on_screen", *_COLUMNS.values(), "size_unit", "value_unit",
    "volume_mm3", "contours", "slices_bridged", "note",
)  # fmt: skip


def as_csv(
    marks: Iterable[Listed],
    measured: Mapping[str, Numbers],
    stacks: Sequence[ContourStack],
    hidden: frozenset[str] = frozenset(),
) -> bytes:
    """A row a mark, then a row a volume. slice: from 1. size_unit: "mm" or "px", of areas squared."""
    file = io.StringIO(newline="")
    table = Table(file, COLUMNS)
    for each in marks:
        table.named(_mark(each, measured.get(each.drawn.id, Numbers()), each.drawn.id in hidden))
    for stack in stacks:
        table.named(_volume(stack))
    return file.getvalue().encode(ENCODING)


def as_text(marks: Iterable[Listed], measured: Mapping[str, Numbers], stacks: Sequence[ContourStack]) -> str:
    """A line a mark, then a line a volume: "Slice 12: Length, hilum, 8.3 mm"."""
    rows = [_line(each, measured.get(each.drawn.id, Numbers())) for each in marks]
    return "\n".join((*rows, *(_volume_line(each) for each in stacks)))


def word(kind: Kind) -> str:
    """What a mark is called."""
    return KINDS[kind].word


def _mark(each: Listed, known: Numbers, hidden: bool) -> dict[str, object]:
    cells: dict[str, object] = {
        "mark": word(each.drawn.kind), "name": each.drawn.text, "on_screen": "no" if hidden else "yes",
        "note": known.why,
    }  # fmt: skip
    if each.place is None:
        cells["note"] = "its picture is not open"
    else:
        cells |= {"series": each.place.series.description, "slice": each.place.index + 1}
    for value in known.values:
        cells |= _cells(value)
    return cells


def _cells(value: Value) -> dict[str, object]:
    cells: dict[str, object] = {_COLUMNS[value.what]: f"{value.number:.4g}"}
    if value.what in _OF_SIZE or value.what is What.AREA:
        cells["size_unit"] = value.unit.rstrip("²")
    elif value.unit != "°":
        cells["value_unit"] = value.unit
    return cells


def _volume(stack: ContourStack) -> dict[str, object]:
    found = stack.volume
    cells: dict[str, object] = {
        "series": stack.series.description, "mark": "Volume of contours", "name": stack.name,
        "contours": stack.contours, "note": stack.why,
    }  # fmt: skip
    if found is not None:
        cells |= {"volume_mm3": f"{found.mm3:.1f}", "slices_bridged": found.missing}
    return cells


def _line(each: Listed, known: Numbers) -> str:
    where = "Not open" if each.place is None else f"Slice {each.place.index + 1}"
    said = ", ".join(
        part for part in (word(each.drawn.kind), each.drawn.text, *known.said, known.why) if part
    )
    return f"{where}: {said}"


def _volume_line(stack: ContourStack) -> str:
    name = f" {stack.name}" if stack.name else ""
    if stack.volume is None:
        return f"Volume of contours{name}: {stack.why}"
    bridged = f", bridged: {stack.volume.missing}" if stack.volume.missing else ""
    return f"Volume of contours{name}: {ml(stack.volume.mm3)}, {stack.volume.slices} slices{bridged}"


def ml(mm3: float) -> str:
    """ "12.3 ml", "410 mm³" below one millilitre."""
    return f"{mm3:.0f} mm³" if mm3 < 1000 else f"{mm3 / 1000:.1f} ml"
