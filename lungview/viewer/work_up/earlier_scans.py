"""The earlier scans that a series was compared with, and one nodule through all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lungview.lung.quantify import Quantities
from lungview.nodules.finding import Finding
from lungview.nodules.growth.change import Trend
from lungview.nodules.growth.compare import Comparison, Partner
from lungview.nodules.growth.over_time import OverTime, Seen, over_time
from lungview.nodules.growth.scans import Scan, scan_of
from lungview.study.series import Series
from lungview.viewer.nodules.listed import FindingList


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """One earlier scan. lungs: its own."""

    series: Series
    comparison: Comparison
    lungs: Quantities | None = None

    def matched(self, partners: Mapping[str, Partner]) -> Earlier:
        """The same with other partners of the present findings."""
        return replace(self, comparison=replace(self.comparison, partners=partners))

    def following(self, findings: FindingList) -> Earlier:
        """The same with the scan's findings as they are now; those that are gone stay as they were."""
        partners = self.comparison.partners
        return self.matched({key: _followed(each, findings) for key, each in partners.items()})


def _followed(partner: Partner, findings: FindingList) -> Partner:
    listed = findings.find(partner.id)
    if listed is None:
        return partner
    return replace(partner, prior=listed.located.finding, label=findings.label(listed))


def joined(known: Iterable[Earlier], more: Earlier) -> tuple[Earlier, ...]:
    """With one more, in the place of an earlier comparison with the same series; the oldest scan first."""
    others = [each for each in known if each.series.key != more.series.key]
    return tuple(sorted((*others, more), key=lambda each: each.series.study.date))


def through(earlier: Iterable[Earlier], finding_id: str, now: Finding, scan: Scan) -> OverTime | None:
    """One nodule in all scans that reach its place; None where that is the present one alone."""
    seen = [found for each in earlier if (found := _seen(each, finding_id)) is not None]
    return over_time([*seen, Seen(scan, now)]) if seen else None


def _seen(earlier: Earlier, finding_id: str) -> Seen | None:
    partner = earlier.comparison.partners.get(finding_id)
    if partner is None or (partner.prior is None and partner.change.trend is not Trend.NEW):
        return None
    return Seen(scan_of(earlier.series), partner.prior)
