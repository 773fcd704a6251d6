"""Two scans of one person compared: what became of each finding. Offered to the reader, not decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lungview.nodules.finding import Finding
from lungview.nodules.growth.change import Change, change, new, resolved
from lungview.nodules.growth.chest import Chest
from lungview.nodules.growth.match import LIMIT_MM, Match, covers, match
from lungview.nodules.growth.registration import Alignment, align
from lungview.nodules.growth.scans import Scan, days_between
from lungview.study.space import Vector

_LOOSE_MM = 3.0  # median distance of the lungs' surfaces: above it they do not fit; two people's do not
_BREATH = (0.75, 1.33)  # how far a breath stretches a lung


@dataclass(frozen=True, slots=True)
class Named:
    """A finding with a place. label: what it is called. accepted: by the reader, or the reader's own."""

    id: str
    label: str
    finding: Finding
    place_mm: Vector
    accepted: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two scans."""

    scan: Scan
    chest: Chest
    findings: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    """What became of one finding of the present scan. prior: the same one before, if any.

    id: of the prior one where it is listed. notes: of the match, whatever the sizes are.
    """

    change: Change
    prior: Finding | None = None
    label: str = ""
    id: str = ""
    notes: tuple[str, ...] = ()

    def became(self, now: Finding, scans: tuple[Scan, Scan], days: int) -> Change:
        """The change to the present finding as it is outlined now: a reader may have corrected either."""
        if self.prior is None:
            return self.change
        found = change(self.prior, now, scans, days)
        return replace(found, notes=(*found.notes, *self.notes))


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What became of the findings of two scans.

    partners: by the id of the present finding. gone: accepted findings of the prior scan alone, by label.
    notes: what a reader must know of the alignment.
    """

    days: int
    prior_date: str = field(repr=False)
    partners: Mapping[str, Partner]
    gone: tuple[tuple[str, Change], ...] = ()
    notes: tuple[str, ...] = ()
    alignment: Alignment | None = None


def compare(before: Side, now: Side, *, same_person: bool = False) -> Comparison:
    """The findings of a scan against those of a prior one. Raises InputError where they tell no growth."""
    days = days_between(before.scan, now.scan, same_person=same_person)
    laid = align((before.chest.volume, before.chest.mask), (now.chest.volume, now.chest.mask))
    pairs = match([f.place_mm for f in before.findings], [f.place_mm for f in now.findings], laid)
    loose = laid.residual_mm > _LOOSE_MM or not _BREATH[0] <= laid.stretch <= _BREATH[1]
    return Comparison(
        days,
        before.scan.date,
        {
            now.findings[m.now].id: _partner(before, now, m, m.now, laid, days)
            for m in pairs
            if m.now is not None
        },
        tuple(_gone(before, now, pairs, laid, days)),
        ("the lungs of both scans do not lie well on one another: check each match",) if loose else (),
        laid,
    )


def _partner(before: Side, now: Side, pair: Match, at: int, laid: Alignment, days: int) -> Partner:
    mine = now.findings[at]
    if pair.before is None:
        if not covers(before.chest.volume, laid.before(mine.place_mm)):
            return Partner(Change(None, days, notes=("the prior scan does not reach this place",)))
        note = f"no finding of the prior scan lies within {LIMIT_MM:.0f} mm of its place: look there"
        return Partner(replace(new(days), notes=(note,)))
    theirs = before.findings[pair.before]
    notes = () if pair.sure else ("another finding is near: check that it is this one",)
    made = Partner(new(days), theirs.finding, theirs.label, theirs.id, notes)
    return replace(made, change=made.became(mine.finding, (before.scan, now.scan), days))


def _gone(
    before: Side, now: Side, pairs: Sequence[Match], laid: Alignment, days: int
) -> list[tuple[str, Change]]:
    alone = [before.findings[m.before] for m in pairs if m.now is None and m.before is not None]
    return [
        (f.label, resolved(days))
        for f in alone
        if f.accepted and covers(now.chest.volume, laid.now(f.place_mm))
    ]
