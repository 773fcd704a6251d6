"""What a work-up has done in the background: lungs found, a prior scan compared, the exam written."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from lungview.nodules.work_up.exam import Exam
from lungview.report.work_up.template import Template
from lungview.report.work_up.text import text, with_impression
from lungview.study.series import Series
from lungview.viewer.common.background import Call
from lungview.viewer.nodules.listed import Listed
from lungview.viewer.nodules.opened import Key, Opened, opened_of
from lungview.viewer.report_draft import layout_of
from lungview.viewer.work_up import background, templates
from lungview.viewer.work_up import desks as all_desks
from lungview.viewer.work_up.desk import Desk
from lungview.viewer.work_up.desks import Desks, sentence
from lungview.viewer.work_up.earlier_scans import Earlier
from lungview.viewer.workspace import Workspace


class Jobs:
    """Of a workspace's desks; how they go is told by the desks."""

    def __init__(self, desks: Desks) -> None:
        self.desks, self._workspace = desks, desks.workspace
        self._task: Call | None = None
        self._looking: set[Key] = set()
        self._workspace.news.replaced.connect(self.stop)
        self.desks.findings.chosen_changed.connect(self.show_before)

    @property
    def comparing(self) -> bool:
        return self._task is not None

    def look_over(self) -> None:
        """Find the lungs of the series in the active pane, once: they suggest lobes and emphysema."""
        here = self.desks.here()
        if here is None or here[1].chest is not None or here[0].key in self._looking:
            return
        opened, desk = here
        self._looking.add(opened.key)
        self._workspace.idle.run(
            background.chest_of,
            opened.series,
            self.desks.findings.held,
            self._workspace.read,
            on_result=lambda found: self.desks.found(desk, chest=found),
            on_error=lambda error: self.desks.told.emit(sentence(error)),
        )

    def priors(self) -> tuple[tuple[Series, str], ...]:
        """Series that are open to compare with, and why one may not be ("" where it may)."""
        here = self.desks.here()
        return () if here is None else background.priors_of(here[0].series, self._workspace.studies.series)

    def compare(self, prior: Series) -> None:
        """Compare the findings of the series in the active pane with those of a prior one."""
        here = self.desks.here()
        if here is None:
            return
        self.stop()
        (opened, desk), before = here, opened_of(prior)
        self._task = self._workspace.inference.stream(
            background.against_prior,
            background.Scanned(opened.series, self.desks.findings.list_of(opened), desk.chest),
            self._scanned(before),
            self.desks.findings.held,
            self._workspace.read,
            on_event=self.desks.told.emit,
            on_result=partial(self._on_compared, desk, prior),
            on_error=self._on_error,
        )
        self.desks.changed.emit()

    def measure_before(self) -> None:
        """Measure the chosen finding where its lung was in the prior scan: nobody marked it there."""
        found = self.desks.chosen()
        place = found[0].place_before(found[1]) if found is not None else None
        if found is None or found[0].prior is None or place is None:
            return
        desk, listed, _ = found
        self._workspace.inference.run(
            background.missed,
            desk.prior,
            place,
            self._workspace.read,
            on_result=partial(self._on_missed, desk, listed),
            on_error=lambda error: self.desks.told.emit(sentence(error)),
        )

    def _on_missed(self, desk: Desk, listed: Listed, found: background.Missed) -> None:
        """A finding of the reader's own in the prior scan, and with it the change of the present one."""
        if desk.prior is None or desk.prior.key != found.series.key:
            return  # compared with another scan meanwhile
        before = self.desks.findings.add(opened_of(found.series), found.located, dict(found.pictures))
        label = self.desks.findings.all_of(opened_of(found.series)).label(before)
        desk.was_there(listed.id, before, label)
        self.desks.found(desk)
        self.show_before()

    def stop(self) -> None:
        """Stop comparing."""
        if self._task is not None:
            self._task.cancel()
            self._end("")

    def save(self, path: Path) -> None:
        """Write the exam's work-up in the background, laid out as reports are; how it went is told."""
        here = self.desks.here()
        if here is not None:
            opened, desk = here
            findings = self.desks.findings.list_of(opened)
            located = tuple(each.located for each in findings.accepted)
            chosen = self._template()
            exam = self.signed(self.desks.exam_of(opened, desk), chosen.template)
            said = f"Written: {path.name}"
            self._workspace.background.run(
                background.save,
                background.Draft(exam, located, opened.indices, chosen.template),
                path,
                layout_of(self._workspace.settings),
                self._workspace.read,
                on_result=lambda _: self.desks.told.emit(f"{said}\n{chosen.problem}".strip()),
                on_error=lambda error: self.desks.told.emit(sentence(error)),
            )

    def signed(self, exam: Exam, template: Template | None = None) -> Exam:
        """With who read it, and the impression that a template makes, the chosen one by default."""
        settings = self._workspace.settings
        exam = replace(exam, reader=settings.report_reader)
        return with_impression(exam, template or self._template().template, layout_of(settings).patient)

    def copied(self, exam: Exam) -> tuple[str, str]:
        """The exam as text for the RIS by the chosen template; a sentence where that cannot be used."""
        found, patient = self._template(), layout_of(self._workspace.settings).patient
        return text(self.signed(exam, found.template), found.template, patient), found.problem

    def _template(self) -> templates.Loaded:
        return templates.load(self._workspace.settings.report_template)

    def _scanned(self, before: Opened) -> background.Scanned:
        findings = self.desks.findings.all_of(before)
        looked = self.desks.findings.answered(before) or bool(findings.all)
        known = self.desks.known(before.key)
        return background.Scanned(before.series, findings, known.chest if known else None, looked)

    def _on_compared(self, desk: Desk, prior: Series, found: background.Compared) -> None:
        self._end("")
        desk.compared(Earlier(prior, found.comparison, found.before.quantities))
        self.desks.found(desk, chest=found.chest)
        self.show_before()

    def show_before(self) -> None:
        """Bring the panes that show the prior scan to where the chosen finding lies there."""
        found = self.desks.chosen()
        place = found[0].place_before(found[1]) if found is not None else None
        if found is None or place is None:
            return
        for pane in self._workspace.panes:
            stack = self._workspace.stack_of(pane)
            if stack.series is found[0].prior and stack.content is not None:
                index = stack.content.nearest(place)
                if index is not None:
                    stack.go(index)

    def _on_error(self, error: BaseException) -> None:
        self._end(sentence(error))

    def _end(self, sentence: str) -> None:
        self._task = None
        self.desks.told.emit(sentence)
        self.desks.changed.emit()


def of(workspace: Workspace) -> Jobs:
    """The workspace's jobs; made when first asked for."""
    return workspace.services.one(Jobs, lambda: Jobs(all_desks.of(workspace)))
