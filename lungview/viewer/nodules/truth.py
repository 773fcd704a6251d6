"""The synthetic thorax answered: each of its nodules as it was measured, against what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lungview.image.phantom import SAMPLE
from lungview.image.phantom.nodules import NODULES, TrueNodule
from lungview.nodules.answer import Answer, Located
from lungview.nodules.second_reader import named_place
from lungview.study.series import Series
from lungview.study.volume import Volume

_NEAR_MM = 10.0


@dataclass(frozen=True, slots=True)
class Compared:
    """One nodule. found: by the second reader, or where a reader points at it; None where it was refused."""

    true: TrueNodule
    found: Located | None
    pointed_at: bool

    @property
    def volume_error(self) -> float | None:
        """(measured − true) / true volume."""
        volume = None if self.found is None else self.found.finding.volume_mm3
        return None if volume is None else volume / self.true.volume_mm3 - 1

    def rows(self) -> tuple[tuple[str, str], ...]:
        """What was measured, and its value beside the true one."""
        if self.found is None:
            return ()
        finding, true, rows = self.found.finding, self.true, []
        if finding.long_mm is not None and finding.short_mm is not None:
            long_mm, short_mm = true.axes_mm
            axes = f"{finding.long_mm:.0f} × {finding.short_mm:.0f} mm"
            rows.append(("axes", f"{axes} (true {long_mm:.0f} × {short_mm:.0f} mm at its middle)"))
        if finding.volume_mm3 is not None and self.volume_error is not None:
            known = f"true {true.volume_mm3:.0f} mm³, {self.volume_error:+.0%}"
            rows.append(("volume", f"{finding.volume_mm3:.0f} mm³ ({known})"))
        if finding.density is not None:
            rows.append(("density", f"{finding.density.value} (true {true.density})"))
        return tuple((f"{true.name}, {kind}", value) for kind, value in rows)

    @property
    def caption(self) -> str:
        """A line below its picture: which it is, and its size beside the true one."""
        sizes = [value for kind, value in self.rows() if kind.endswith("axes")]
        return ": ".join([self.true.name, *sizes])

    def words(self) -> str:
        """One line: where, measured and true, and whether the model called it."""
        if self.found is None:
            return f"{self.true.name}: not outlined"
        called = "called by the model" if self.found.called else "not called"
        if self.pointed_at:
            called += ", measured at a click"
        values = [value for _, value in self.rows()]
        return ", ".join([f"{self.true.name}: slice {self.found.index + 1}", *values, called])


def compared(series: Series, answer: Answer, scan: Callable[[], Volume]) -> tuple[Compared, ...]:
    """Every nodule of the sample: what was found there, else what a reader's click there gives.

    scan: the series' volume. Raises what `scan` raises.
    """
    return tuple(_compared(series, answer, scan, nodule) for nodule in NODULES)


def known(located: Located) -> Compared | None:
    """A finding of the sample against the nodule that it lies on; None where there is none."""
    true = next((each for each in NODULES if _near(located, SAMPLE.place_mm(each))), None)
    return None if true is None else Compared(true, located, pointed_at=False)


def _compared(series: Series, answer: Answer, scan: Callable[[], Volume], true: TrueNodule) -> Compared:
    place = SAMPLE.place_mm(true)
    for located in answer.findings:
        if located.finding.outline is not None and _near(located, place):
            return Compared(true, located, pointed_at=False)
    told = named_place.at_point_of(series, scan, place)
    return Compared(true, told.findings[0] if told.findings else None, pointed_at=True)


def _near(located: Located, place: tuple[float, float, float]) -> bool:
    at = located.finding.place_mm
    return at is not None and sum((a - b) ** 2 for a, b in zip(at, place, strict=True)) <= _NEAR_MM**2
