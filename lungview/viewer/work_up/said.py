"""The sentences of a work-up in the window."""

from __future__ import annotations

from lungview.nodules.guidelines.advice import Asked, NoRule, Recommendation
from lungview.nodules.risk.formula import Estimate, Missing
from lungview.nodules.risk.inputs import LABELS
from lungview.nodules.work_up.values import Refused, Risk, WorkUp
from lungview.report.work_up import words


def risk(found: Risk) -> str:
    """One line: a percentage, what is missing, or why not."""
    if isinstance(found, Estimate):
        return f"{found.formula}: {found.probability:.1%}"
    if isinstance(found, Missing):
        return f"{found.formula}: asks for {', '.join(LABELS[name] for name in found.names)}"
    return found.reason


def about_risk(found: Risk) -> str:
    """What stands behind a percentage: formula, inputs, whom it was derived in, source."""
    if not isinstance(found, Estimate):
        return ""
    inputs = "\n".join(f"  {label}: {value}" for label, value in found.inputs)
    notes = "\n".join(f"Note: {note}." for note in found.notes)
    lines = (found.text, inputs, f"Made for {found.made_for}.", notes, found.source)
    return "\n".join(line for line in lines if line)


def advice(found: WorkUp) -> tuple[str, str]:
    """The category, or what the guideline asks or why it says nothing; and what it recommends.

    The second are a guideline's or the reader's own words: in every language as they were written.
    """
    if isinstance(found.advice, Recommendation):
        return found.advice.title, found.advice.said
    return str(found.advice), ""


def overall(found: Recommendation | Asked | NoRule | Refused | None) -> str:
    """Of the whole exam."""
    if found is None:
        return "This guideline speaks of nodules alone."
    return f"Exam: {found.title}" if isinstance(found, Recommendation) else f"Exam not classed: {found}"


def change(found: WorkUp) -> str:
    return f"Change: {words.change(found.change)}."


def over_time(found: WorkUp) -> str:
    said = words.over_time(found.over_time)
    return f"Over time: {said}." if said else ""
