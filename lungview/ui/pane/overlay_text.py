"""What the four corners say, as plain lines: patient, study, image, series."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lungview.image.slice import Slice
from lungview.image.values import dates, person
from lungview.image.window import Window
from lungview.ui.language import speaking
from lungview.viewer.palettes import Palette
from lungview.viewer.state import TextLevel, ViewState


@dataclass(frozen=True, slots=True)
class Corners:
    """Lines of each corner, from the top down. marks: what must not be hidden, at the top in the middle."""

    patient: tuple[str, ...] = ()  # top left
    study: tuple[str, ...] = ()  # top right
    image: tuple[str, ...] = ()  # bottom left
    series: tuple[str, ...] = ()  # bottom right
    marks: tuple[str, ...] = ()


MOST_WARNINGS = 3
_PALETTES = {
    Palette.HOT_IRON: QT_TRANSLATE_NOOP("Corners", "hot iron"),
    Palette.PET: QT_TRANSLATE_NOOP("Corners", "PET"),
    Palette.CIVIDIS: QT_TRANSLATE_NOOP("Corners", "cividis"),
}


def tr(text: str) -> str:
    return QCoreApplication.translate("Corners", text)


def corners(state: ViewState, zoom: float, pointed: str = "") -> Corners:
    """The corners for a state. zoom: device pixels per image pixel; pointed: the value under the cursor."""
    shown = state.slice
    if shown is None:
        return Corners()
    if state.overlays.text is TextLevel.NONE:
        return Corners(marks=marks(state))
    full = state.overlays.text is TextLevel.FULL
    return Corners(
        _patient(shown, full) if state.overlays.patient else (),
        _study(shown, full, state.overlays.patient),
        _image(state, shown, zoom, pointed, full),
        _series(shown, full),
        marks(state),
    )


def marks(state: ViewState) -> tuple[str, ...]:
    """What a reader must know at every level of text."""
    shown = state.slice
    if shown is None:
        return ()
    found = []
    if "SYNTHETIC" in f"{shown.series_description} {shown.patient.name}".upper():
        found.append(tr("SYNTHETIC – not a patient"))
    if shown.lossy:
        found.append(tr("Lossy: %1").replace("%1", shown.lossy))
    if state.presentation.inverted:
        found.append(tr("Inverted"))
    if state.presentation.palette is not Palette.GREY and not shown.colour:
        found.append(tr("Colours: %1").replace("%1", tr(str(_PALETTES[state.presentation.palette]))))
    return (*found, *_some(shown.warnings))


def _some(warnings: tuple[str, ...]) -> tuple[str, ...]:
    """As many as leave the picture in sight, and how many more there are."""
    if len(warnings) <= MOST_WARNINGS:
        return tuple(map(speaking.said, warnings))
    more = tr("and %1 more warnings").replace("%1", str(len(warnings) - MOST_WARNINGS))
    return (*map(speaking.said, warnings[:MOST_WARNINGS]), more)


def window_text(window: Window) -> str:
    """`W 1500  L -600`, with the name it goes by."""
    text = tr("W %1  L %2").replace("%1", number(window.width)).replace("%2", number(window.center))
    return f"{text}  {speaking.said(window.name)}" if window.name else text


def number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.4g}"


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _patient(shown: Slice, full: bool) -> tuple[str, ...]:
    who = shown.patient
    if not full:
        return _lines(person.short(who.name), who.patient_id)
    birth = dates.date_text(who.birth_date)
    born = tr("born %1").replace("%1", birth) if birth else ""
    age = dates.age(who.age, who.birth_date, shown.study.date)
    about = "  ".join(_lines(born, str(age or ""), who.sex))
    return _lines(person.short(who.name), who.patient_id, about)


def _study(shown: Slice, full: bool, patient: bool) -> tuple[str, ...]:
    when = "  ".join(_lines(dates.date_text(shown.study.date), dates.time_text(shown.study.time)))
    if not full:
        return _lines(when)
    # The accession number and the institution lead back to the patient.
    private = (shown.study.institution, shown.study.accession_number) if patient else ()
    return _lines(*private, shown.study.description, when)


def _image(state: ViewState, shown: Slice, zoom: float, pointed: str, full: bool) -> tuple[str, ...]:
    place = tr("Slice %1 / %2").replace("%1", str(state.index + 1)).replace("%2", str(max(state.count, 1)))
    window = "" if shown.colour else window_text(state.window)
    if state.window_changed and window and not state.window.name:  # a preset is named: that says enough
        window = tr("%1 (changed)").replace("%1", window)
    zoomed = tr("Zoom %1 %").replace("%1", f"{zoom * 100:.0f}")
    position = _position(shown) if full else ()
    return _lines(pointed, place, *position, window, zoomed if full else "")


def _position(shown: Slice) -> tuple[str, ...]:
    geometry, thickness = shown.instance.geometry, shown.thickness
    where = tr("Position %1 mm").replace("%1", f"{geometry.along_normal:.1f}") if geometry else ""
    thick = tr("Thickness %1 mm").replace("%1", f"{thickness:g}") if thickness else ""
    return _lines(where, thick)


def _series(shown: Slice, full: bool) -> tuple[str, ...]:
    instance = shown.instance
    what = "  ".join(_lines(instance.modality, shown.series_description or instance.path.name))
    if not full:
        return _lines(what)
    frame = tr("frame %1").replace("%1", str(instance.frame + 1)) if instance.frame else ""
    size = f"{shown.columns} × {shown.rows}"
    return _lines(what, frame, size, _spacing(shown))


def _spacing(shown: Slice) -> str:
    spacing = shown.spacing
    if spacing is None:
        return tr("Pixel size not known")
    text = tr("Pixel %1 × %2 mm").replace("%1", f"{spacing.row:.3g}").replace("%2", f"{spacing.column:.3g}")
    return text if spacing.source == "PixelSpacing" else f"{text} ({spacing.source})"


def value_text(shown: Slice, x: float, y: float) -> str:
    """The value under an image point with its unit; "" beside the picture."""
    column, row = int(x // 1), int(y // 1)
    if not (0 <= row < shown.rows and 0 <= column < shown.columns):
        return ""
    where = f"({column}, {row})"
    if shown.colour:
        red, green, blue = (int(v) for v in shown.values[row, column])
        return f"R {red} G {green} B {blue}  {where}"
    value = float(shown.values[row, column])
    if math.isnan(value):
        return f"{tr('no value')}  {where}"
    if shown.padding is not None and shown.padding[row, column]:
        return f"{tr('padding')}  {where}"
    return f"{number(value)} {shown.unit}".strip() + f"  {where}"
