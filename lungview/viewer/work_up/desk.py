"""The desk: what a reader said of the nodules of a window's series, and the work-ups that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lungview.nodules.finding import Status
from lungview.nodules.growth.change import Change, new
from lungview.nodules.growth.chest import Chest
from lungview.nodules.growth.compare import Comparison, Named, Partner, Side
from lungview.nodules.growth.scans import scan_of
from lungview.nodules.guidelines.advice import Asked, Recommendation
from lungview.nodules.guidelines.table import load
from lungview.nodules.risk.from_study import age_years
from lungview.nodules.work_up.exam import Exam, LungsBefore, Row, overall
from lungview.nodules.work_up.values import Guide, Said, Told, WorkUp
from lungview.nodules.work_up.work_up import work_up
from lungview.study.series import Series
from lungview.study.space import Vector
from lungview.viewer.nodules.listed import FindingList, Listed
from lungview.viewer.work_up.answers import Answers
from lungview.viewer.work_up.earlier_scans import Earlier, joined, through
from lungview.viewer.work_up.questions import ALWAYS, QUESTIONS, Question

TABLES = {Guide.LUNG_RADS: "lung_rads_2022", Guide.FLEISCHNER: "fleischner_2017"}


@dataclass
class Desk:
    """Of one series. chest: once its lungs were found. comparison: with `prior`, once there is one.

    earlier: all scans it was compared with, the oldest first; `prior` is the newest of them.
    """

    series: Series
    answers: Answers = field(default_factory=Answers)
    chest: Chest | None = None
    prior: Series | None = None
    comparison: Comparison | None = None
    earlier: tuple[Earlier, ...] = ()

    def compared(self, found: Earlier) -> None:
        """Keep a comparison with an earlier scan."""
        self.earlier = joined(self.earlier, found)
        self.prior, self.comparison = self.earlier[-1].series, self.earlier[-1].comparison

    def was_there(self, finding_id: str, before: Listed, label: str) -> None:
        """The newest earlier scan has a finding after all, which the reader measured there."""
        last = self.earlier[-1]
        notes = ("measured in the prior scan after it was found now",)
        made = Partner(new(last.comparison.days), before.located.finding, label, before.id, notes)
        self.compared(last.matched({**last.comparison.partners, finding_id: made}))

    def follow(self, known: Callable[[Series], FindingList]) -> None:
        """Take over what the reader has corrected in earlier scans since they were compared."""
        for each in self.earlier:
            self.compared(each.following(known(each.series)))

    def told(self, listed: Listed, findings: FindingList) -> Told:
        """What the study tells of a nodule."""
        finding = listed.located.finding
        suggested = self.chest.lobe(finding.place_mm) if self.chest else None
        partner = self.comparison.partners.get(listed.id) if self.comparison else None
        return Told(
            finding,
            self.series.patient,
            self.series.study,
            suggested=suggested.lobe if suggested else None,
            count=len({listed.id, *(each.id for each in findings.accepted)}),
            lungs=self.chest.quantities if self.chest else None,
            prior=partner.prior if partner else None,
            change=self._change(listed),
            scan=scan_of(self.series),
            over_time=through(self.earlier, listed.id, finding, scan_of(self.series)),
        )

    def _change(self, listed: Listed) -> Change | None:
        """Since the prior scan, of the outlines as they are now."""
        if self.comparison is None:
            return None
        days, partner = self.comparison.days, self.comparison.partners.get(listed.id)
        if partner is None:
            return Change(None, days, notes=("found after the two scans were compared: compare them again",))
        if self.prior is None:
            return partner.change
        return partner.became(listed.located.finding, (scan_of(self.prior), scan_of(self.series)), days)

    def place_before(self, listed: Listed) -> Vector | None:
        """Where a finding lies in the prior scan: at its partner, else where its lung was."""
        place = listed.located.finding.place_mm
        if self.comparison is None or place is None:
            return None
        partner = self.comparison.partners.get(listed.id)
        if partner is not None and partner.prior is not None:
            return partner.prior.place_mm
        laid = self.comparison.alignment
        return None if laid is None else laid.before(place)

    def work_up(self, listed: Listed, findings: FindingList) -> WorkUp:
        return work_up(self.told(listed, findings), self.answers.of(listed.id), self.answers.guide)

    def exam(self, findings: FindingList) -> Exam:
        """The accepted findings of a series, and what a guideline says of them together."""
        rows = tuple(
            Row(findings.label(each), each.located.index + 1, self.work_up(each, findings))
            for each in findings.accepted
        )
        return Exam(
            self.series,
            rows,
            lungs=self.chest.quantities if self.chest else None,
            notes=self._notes(),
            prior_date=self.comparison.prior_date if self.comparison else "",
            lungs_before=tuple(
                LungsBefore(each.series.study.date, each.lungs) for each in self.earlier if each.lungs
            ),
            overall=overall(
                self.answers.guide, [row.work_up for row in rows], self.answers.modifiers, self._age_years()
            ),
            impression=self.answers.impression,
        )

    def _age_years(self) -> float | None:
        """As the reader says, else as the study does."""
        said = self.answers.of_patient.risk.age_years
        return age_years(self.series.patient, self.series.study) if said is None else said

    def _notes(self) -> tuple[str, ...]:
        chest = self.chest.notes if self.chest else ()
        if self.comparison is None:
            return chest
        gone = (f"resolved since the prior scan: {label}" for label, _ in self.comparison.gone)
        return (*chest, *self.comparison.notes, *gone)

    def filled(self, found: WorkUp, question: Question) -> tuple[str, str]:
        """What the study says to a question, and where that is from; ("", "") where it is asked."""
        if question.name == "lobe" and found.lobe and not found.lobe_said:
            return found.lobe.value, "its place in the lung; no fissure was looked for"
        if question.part == "risk":
            return found.filled.get(question.name, ("", ""))
        if not question.fact or not isinstance(found.advice, Recommendation):
            return "", ""
        label = load(TABLES[self.answers.guide]).labels[question.fact]
        return dict(found.advice.inputs).get(label, ""), "the study"

    def questions(self, found: WorkUp, said: Said) -> tuple[Question, ...]:
        """Those to be shown for a nodule: of the guideline only what it asks for, or was told."""
        asked = set(found.advice.names) if isinstance(found.advice, Asked) else set()
        return tuple(
            q
            for q in QUESTIONS
            if q.guide in (None, self.answers.guide)
            and (q.id in ALWAYS or q.fact in asked or q.answer(said) is not None)
        )


def side_of(series: Series, chest: Chest, findings: FindingList) -> Side:
    """A scan with its findings, for a comparison; rejected ones and those without a place are left out."""
    return Side(scan_of(series), chest, tuple(named(findings, findings.all)))


def named(findings: FindingList, listed: Sequence[Listed]) -> list[Named]:
    """Findings that have a place and were not rejected."""
    return [
        Named(
            each.id,
            findings.label(each),
            each.located.finding,
            place,
            each.own or each.status is Status.ACCEPTED,
        )
        for each in listed
        if each.status is not Status.REJECTED and (place := each.located.finding.place_mm) is not None
    ]
