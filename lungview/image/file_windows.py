"""The windows a file states, made safe: what means nothing is left out, with a warning that says so."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lungview.image.values.numerals import may_part_thousands, parse_decimal
from lungview.image.window import VoiLutFunction, Window


def file_windows(
    centers: Sequence[object], widths: Sequence[object], names: Sequence[object] = (), function: object = ""
) -> tuple[tuple[Window, ...], tuple[str, ...]]:
    """The usable windows of a file and what was wrong with the others.

    centers, widths: (0028,1050), (0028,1051) as read, numbers or text. names: (0028,1055).
    function: (0028,1056). A width that is NaN, zero or negative, or a value that is no number, drops its
    window. A LINEAR width between 0 and 1 is outside PS3.3 C.11.2.1.2.1 and is taken as LINEAR_EXACT.
    """
    kind, warnings = _function(function)
    if len(centers) != len(widths):
        found = f"{len(centers)} window centers and {len(widths)} widths"
        warnings.append(f"{found} in the file; expected as many of each, only whole pairs are used")
    windows = []
    for index, (center, width) in enumerate(zip(centers, widths, strict=False)):
        name = str(names[index]).strip() if index < len(names) else ""
        try:
            windows.append(_window(center, width, kind, name))
        except ValueError as error:
            warnings.append(f"window {index + 1} of the file is left out: {error}")
    return tuple(windows), tuple(warnings)


def _function(value: object) -> tuple[VoiLutFunction, list[str]]:
    text = str(value or "").strip().upper()
    if not text:
        return VoiLutFunction.LINEAR, []  # (0028,1056) absent means LINEAR
    try:
        return VoiLutFunction(text), []
    except ValueError:
        known = ", ".join(VoiLutFunction)
        return VoiLutFunction.LINEAR, [
            f"VOI LUT function is {text[:16]!r}; expected {known}; taken as LINEAR"
        ]


def _window(center: object, width: object, function: VoiLutFunction, name: str) -> Window:
    c, w = _number(center, "center"), _number(width, "width")
    if w <= 0:
        raise ValueError(f"its width is {w:g}; expected more than 0")
    if function is VoiLutFunction.LINEAR and w < 1:
        function = VoiLutFunction.LINEAR_EXACT
    return Window(c, w, function, name)


def _number(value: object, what: str) -> float:
    number = parse_decimal(str(value))
    if may_part_thousands(str(value)):
        raise ValueError(f"the comma of its {what}, {str(value)[:16]}, may part thousands or decimals")
    if math.isnan(number):
        raise ValueError(f"its {what} is {str(value)[:16]!r}; expected a number")
    if not math.isfinite(number):
        raise ValueError(f"its {what} is {number}; expected a finite number")
    return number
