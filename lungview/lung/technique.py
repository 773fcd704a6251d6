"""How a scan was made, as far as densities depend on it, and what makes a comparison of two unsure."""

from __future__ import annotations

from dataclasses import dataclass

from lungview.study.volume import Volume

_OTHER_MM = 0.2  # slices that differ by less are as thick
_OTHER_AIR = 0.1  # of the volume of both lungs
_NO_AGENT = ("", "NO", "NONE", "N", "NATIVE")


@dataclass(frozen=True, slots=True)
class Technique:
    """slice_mm: the larger of slice thickness (0018,0050) and distance.

    kernel: (0018,1210). contrast: agent (0018,0010), "" where the file names none. kilovolts: (0018,0060).
    "" is not told.
    """

    slice_mm: float
    kernel: str = ""
    contrast: str = ""
    kilovolts: str = ""


def technique_of(volume: Volume) -> Technique:
    """As the headers of a volume's slices have it; of the first where they differ."""
    told = dict(volume.instances[0].traits) if volume.instances else {}
    agent = told.get("contrast agent", "").strip()
    return Technique(
        max(_number(told.get("thickness", "")), volume.spacing_mm[0]),
        told.get("kernel", "").strip(),
        "" if agent.upper() in _NO_AGENT else agent,
        told.get("voltage", "").strip(),
    )


def doubts(before: Technique, now: Technique, ml: tuple[float, float]) -> tuple[str, ...]:
    """What differs between two scans besides the lung, a sentence each. ml: both lungs, before and now."""
    said = []
    if abs(before.slice_mm - now.slice_mm) >= _OTHER_MM:
        said.append(f"slices of {before.slice_mm:.3g} mm before, {now.slice_mm:.3g} mm now")
    if not before.kernel or not now.kernel:
        said.append("a reconstruction kernel is not told")
    elif before.kernel != now.kernel:
        said.append(f"reconstruction kernel {before.kernel} before, {now.kernel} now")
    if before.kilovolts != now.kilovolts and before.kilovolts and now.kilovolts:
        said.append(f"{before.kilovolts} kV before, {now.kilovolts} kV now")
    if bool(before.contrast) != bool(now.contrast):
        said.append(
            "contrast agent before, none now" if before.contrast else "no contrast agent before, one now"
        )
    change = ml[1] / ml[0] - 1
    if abs(change) > _OTHER_AIR:
        said.append(f"lung volume {change:+.0%}: another depth of breath, or another lung")
    return tuple(said)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
