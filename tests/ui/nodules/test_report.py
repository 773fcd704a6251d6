"""What of the findings gets into a report from the window: what the reader accepted, and nothing else."""

from __future__ import annotations

import io

import pypdf

from lungview.nodules.finding import Status
from lungview.report.content import Layout
from lungview.ui.report.reports import draft_of
from tests.ui.nodules.test_findings import at_nodule


def text(window) -> str:
    made = draft_of(window.session, None).pdf(Layout())
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)


def test_without_an_accepted_finding_there_is_no_word_of_the_second_reader(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    found.choose(at_nodule(found).id)
    found.decide(Status.REJECTED)
    assert draft_of(window.session, None).content().findings is None
    assert "Findings" not in text(window)


def test_an_accepted_finding_is_reported_with_its_slice_and_size(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    listed = at_nodule(found)
    found.choose(listed.id)
    found.decide(Status.ACCEPTED)
    content = draft_of(window.session, None).content().findings
    assert [f.finding.place_mm for _, f in content.shown] == [listed.located.finding.place_mm]
    assert len(content.pictures) == 1
    assert f"{listed.located.finding.long_mm:.0f}" in text(window)


def test_what_read_first_hides_is_in_no_report(window, go, look, thorax):
    go(window, thorax)
    found = look(window)
    found.choose(at_nodule(found).id)
    found.decide(Status.ACCEPTED)
    found.first.set_on(True)
    assert draft_of(window.session, None).content().findings is None
