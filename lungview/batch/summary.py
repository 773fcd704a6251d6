"""What a batch came to: counts, shares and times, the same for summary.json, the report and the panel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lungview.batch.row import Row
from lungview.batch.store import SCHEMA, Store
from lungview.classify.acceptance import Acceptance, to_json
from lungview.classify.case import Case, Prediction, Verdict
from lungview.classify.outcome import Status, is_flagged, status_of
from lungview.classify.verdict import malignancy
from lungview.model.card import ModelCard
from lungview.version import program


@dataclass
class Summary:
    """Counts over all inputs. flagged: called malignant, or uncertain; those get a page of their own.

    verdicts: of predictions, refused ones included; labels: of those called. overridden: judged although the
    gate refused. reasons: of inputs without a prediction. malignant: probability of malignancy of each input
    that may have one, for a histogram.
    seconds: summed over inputs, so more than the wall clock with several workers.
    """

    files: int = 0
    statuses: Counter[str] = field(default_factory=lambda: Counter({str(s): 0 for s in Status}))
    verdicts: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    flagged: int = 0
    overridden: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: {"read": 0.0, "prepare": 0.0, "infer": 0.0})
    malignant: list[float] = field(default_factory=list, repr=False)

    def add(self, case: Case, card: ModelCard) -> None:
        """Count one input."""
        self.files += 1
        self.statuses[str(status_of(case))] += 1
        self.flagged += is_flagged(case, card)
        found = case.prediction
        if found is None:
            self.reasons[case.error.reason if case.error else ""] += 1
            return
        self.verdicts[str(found.verdict)] += 1
        self.overridden += found.suitability.overridden
        for stage in self.seconds:
            self.seconds[stage] += getattr(found.seconds, stage)
        if case.judged is not None:
            self._add_judged(case.judged, card)

    def _add_judged(self, found: Prediction, card: ModelCard) -> None:
        if found.verdict is Verdict.CALLED:
            self.labels[found.label] += 1
        total = malignancy(card, found.probabilities)
        if total is not None:
            self.malignant.append(total)

    def words(self) -> str:
        """How many files ended how: "4 classified, 1 not suitable, 0 skipped, 0 failed"."""
        return ", ".join(f"{count:,} {status}" for status, count in self.statuses.items())

    def to_json(self) -> dict[str, Any]:
        """Plain values: the counts and the times."""
        names = [name for name in self.__dataclass_fields__ if name != "malignant"]
        return {name: _plain(getattr(self, name)) for name in names}


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value


def summarise(rows: Iterable[Row], card: ModelCard) -> Summary:
    """Count all rows."""
    return summarise_cases((row.case for row in rows), card)


def summarise_cases(cases: Iterable[Case], card: ModelCard) -> Summary:
    """Count cases, one an input."""
    summary = Summary()
    for case in cases:
        summary.add(case, card)
    return summary


def _series(store: Store) -> dict[str, int]:
    """How many CT series the second reader looked at, answered, and calls a finding in."""
    told = [row.suspicion for row in store.series()]
    answered = [each for each in told if each is not None]
    return {
        "looked_at": len(told),
        "answered": len(answered),
        "with_findings": sum(each.findings > 0 for each in answered),
    }


def document(store: Store, summary: Summary, acceptance: Acceptance | None = None) -> dict[str, Any]:
    """summary.json: schema, program, model, when, counts (docs/results.md)."""
    card = store.card
    return {
        "schema": SCHEMA,
        "program": program(),
        "notice": "Research use only. Not a medical device. Not for diagnosis.",
        "model": {"id": card.id, "version": card.version, "sha256": card.sha256},
        "started": store.get("started"),
        "finished": store.get("finished"),
        "complete": store.get("complete") == "yes",
        **summary.to_json(),
        "series": _series(store),
        "acceptance": to_json(acceptance) if acceptance else None,
    }
