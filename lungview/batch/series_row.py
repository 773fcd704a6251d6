"""SeriesRow: what a batch keeps of one CT series that the second reader looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from lungview.batch.inputs import Input
from lungview.nodules.suspicion import Suspicion


@dataclass(frozen=True, slots=True, eq=False)
class SeriesRow:
    """One CT series. key: of its slices, see `series.key_of`. source: the file of its first slice.

    model: id and version. reasons: why there is no answer, or what went wrong. notes: what a reader must
    know of the answer. suspicion: of the series, None without an answer; by_slice: of each slice by its
    input and frame.
    """

    key: str
    series_uid: str
    source: Input
    slices: int
    model: str
    reasons: tuple[str, ...] = ()
    conclusion: str = ""
    suspicion: Suspicion | None = None
    by_slice: tuple[tuple[Input, int, Suspicion], ...] = field(default=(), repr=False)
    patient_id: str = field(default="", repr=False)
    notes: tuple[str, ...] = ()
