"""The words of a work-up: as text, page and window say them."""

from __future__ import annotations

from lungview.image.values import dates
from lungview.nodules.growth.change import By, Change, Trend
from lungview.nodules.growth.over_time import OverTime, Seen
from lungview.nodules.growth.scans import thick
from lungview.nodules.work_up.exam import Exam
from lungview.nodules.work_up.values import WorkUp
from lungview.report.lungs.words import Scan, summary


def technique(exam: Exam) -> str:
    """Modality, date, slices; nothing that names the patient."""
    series = exam.series
    said = [series.modality, dates.date_text(series.study.date), f"{len(series.instances)} slices"]
    if series.thickness:
        said.append(f"{series.thickness:g} mm thick")
    return ", ".join(part for part in said if part)


def comparison(exam: Exam) -> str:
    """The date of the prior scan, or that there is none."""
    return dates.date_text(exam.prior_date) or "no prior"


def lungs(exam: Exam) -> str:
    """Volumes and emphysema, and the same of earlier scans; "" where they were not measured."""
    if exam.lungs is None:
        return ""
    before = [
        f"{dates.date_text(each.date)}: {summary(each.lungs)}" for each in exam.lungs_before if each.lungs
    ]
    return "; ".join([summary(exam.lungs), *before])


def scans(exam: Exam) -> tuple[Scan, ...]:
    """The lungs of all scans that were measured, the exam's own last; empty where it has none."""
    if exam.lungs is None:
        return ()
    before = (Scan(each.date, each.lungs, why=each.why) for each in exam.lungs_before)
    return (*before, Scan(exam.series.study.date, exam.lungs, exam.series.description))


def description(found: WorkUp) -> str:
    """Type, lobe and measures: "solid nodule, RUL (by its place), 9.5 × 8.0 mm, mean 9 mm, 382 mm³"."""
    finding = found.finding
    said = [f"{finding.density.value} nodule" if finding.density else "nodule"]
    if found.lobe:
        said.append(found.lobe.value if found.lobe_said else f"{found.lobe.value} (by its place)")
    if finding.long_mm is not None and finding.short_mm is not None:
        said.append(f"{finding.long_mm:.1f} × {finding.short_mm:.1f} mm, mean {finding.mean_mm} mm")
    if finding.solid_mm is not None:
        said.append(f"solid part {finding.solid_mm:.1f} mm")
    if finding.volume_mm3 is not None:
        said.append(f"{finding.volume_mm3:.0f} mm³")
    return ", ".join(said)


def change(found: Change | None) -> str:
    """What became of it, with the numbers; "no prior" where there is nothing to compare with."""
    if found is None:
        return "no prior"
    said = [found.trend.value if found.trend else "not told", *_sizes(found)]
    if found.doubling_days is not None:
        said.append(f"volume doubles in {found.doubling_days:.0f} days")
    if found.trend not in (Trend.NEW, Trend.RESOLVED):
        said.append(f"over {found.days} days")
    return ", ".join([*said, *found.notes])


def over_time(found: OverTime | None) -> str:
    """More than two scans: each with its size, and how fast it grew between; "" for two and fewer."""
    if found is None or len(found.seen) < 3:
        return ""
    said = [_seen(found.seen[0])]
    for each, became in zip(found.seen[1:], found.changes, strict=True):
        said.append(f"{_seen(each)} ({_became(became)})")
    whole = f"; on the whole {_became(found.whole)}" if found.whole else ""
    return ", ".join(said) + whole


def _seen(each: Seen) -> str:
    day, finding = dates.date_text(each.scan.date), each.finding
    if finding is None:
        return f"{day} not there"
    sizes = [f"{finding.volume_mm3:.0f} mm³"] if finding.volume_mm3 and not thick(each.scan) else []
    if finding.long_mm is not None and finding.short_mm is not None:
        sizes.append(f"mean {(finding.long_mm + finding.short_mm) / 2:.1f} mm")
    return " ".join([day, *sizes])


def _became(found: Change) -> str:
    trend = found.trend.value if found.trend else "not told"
    return trend if found.doubling_days is None else f"{trend}, doubles in {found.doubling_days:.0f} days"


def _sizes(found: Change) -> list[str]:
    said = []
    if found.volume_mm3 is not None and found.volume_change is not None:
        before, now = found.volume_mm3
        said.append(f"{before:.0f} to {now:.0f} mm³ ({found.volume_change:+.0%})")
    if found.mean_mm is not None:
        before, now = found.mean_mm
        said.append(f"mean diameter {before:.1f} to {now:.1f} mm")
    if found.by in (By.VOLUME, By.DIAMETER):
        said.append(f"by {found.by.value}")
    return said


def opinion(found: WorkUp) -> str:
    """What the model thinks, small and apart; "" where it has no opinion."""
    finding = found.finding
    if finding.probability is not None:
        return f"probability of malignancy {finding.probability:.0%}"
    return f"{finding.band} likelihood of malignancy" if finding.band else ""
