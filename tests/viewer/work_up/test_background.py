"""Two scans of a synthetic patient a year apart, from files to growth, and what is written of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from lungview.errors import InputError
from lungview.image.readers import read_instance
from lungview.nodules.growth.change import By, Trend, new
from lungview.nodules.growth.compare import Partner
from lungview.nodules.second_reader import named_place
from lungview.nodules.second_reader.block import indices_of
from lungview.nodules.work_up.exam import Exam
from lungview.report.content import Layout
from lungview.sources.files.scan import scan
from lungview.viewer.nodules.held import HeldVolume
from lungview.viewer.nodules.listed import FindingList, Listed
from lungview.viewer.work_up import background
from lungview.viewer.work_up.desk import Desk
from lungview.viewer.work_up.earlier_scans import Earlier
from tests.nodules.growth import two_dates


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The prior and the present series, with the reader's findings at each ball."""
    folders = two_dates.write(tmp_path_factory.mktemp("two-dates"))
    sides = []
    moved = (two_dates.TABLE_MM, (0.0, 0.0, 0.0))
    for folder, balls, offset in zip(folders, (two_dates.BEFORE, two_dates.NOW), moved, strict=True):
        series = scan([folder]).series[0]
        own = []
        for ball in balls:
            x, y, z = (float(v) for v in np.array(ball.centre) + offset)
            answer = named_place.at_point(series, (x, y, z))
            own.append(Listed(answer.findings[0]))
        sides.append(background.Scanned(series, FindingList(own=tuple(own))))
    return sides


@pytest.fixture(scope="module")
def compared(both):
    before, now = both
    said: list[str] = []
    found = background.against_prior(said.append, lambda: False, now, before, HeldVolume(), read_instance)
    assert background.LOOKING not in said  # the reader has looked there
    return found.comparison, [each.id for each in now.findings.own]


def test_the_ball_that_grew_has_its_doubling_time_within_three_percent(compared):
    comparison, (grown, _, _) = compared
    change = comparison.partners[grown].change
    before, now = (4 / 3 * np.pi * r**3 for r in (5.0, 6.2))
    assert (change.trend, change.by) == (Trend.GROWING, By.VOLUME)
    assert change.doubling_days == pytest.approx(np.log(2) * 365 / np.log(now / before), rel=0.03)


def test_the_others_are_stable_new_and_resolved(compared):
    comparison, (_, stable, new) = compared
    assert comparison.partners[stable].change.trend is Trend.STABLE
    assert comparison.partners[new].change.trend is Trend.NEW
    assert [(label, change.trend) for label, change in comparison.gone] == [("R3", Trend.RESOLVED)]


def test_the_lungs_are_laid_on_one_another_as_the_table_was_moved(compared):
    comparison, _ = compared
    place = (60.0, 20.0, -250.0)
    moved = tuple(np.add(place, two_dates.TABLE_MM))
    assert comparison.alignment.now(moved) == pytest.approx(place, abs=2.0)


def test_the_later_scan_is_no_prior(both):
    before, now = both
    with pytest.raises(InputError, match="365 days after the present one"):
        background.against_prior(lambda _: None, lambda: False, before, now, HeldVolume(), read_instance)


def test_priors_are_offered_newest_first_with_why_not(both):
    before, now = both
    offered = background.priors_of(now.series, [before.series, now.series])
    assert [(series.key, why) for series, why in offered] == [(before.series.key, "")]
    why = background.priors_of(before.series, [before.series, now.series])[0][1]
    assert "found it 365 days after" in why


@pytest.mark.parametrize(
    ("name", "begins"), [("w.pdf", b"%PDF"), ("w.csv", b"\xef\xbb\xbflabel"), ("w.txt", b"Techn")]
)
def test_an_exam_is_written_in_the_format_of_the_suffix(both, tmp_path: Path, name: str, begins: bytes):
    background.save(background.Draft(Exam(both[1].series)), tmp_path / name, Layout(), read_instance)
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_the_pdf_has_a_picture_of_each_accepted_nodule(both, tmp_path: Path):
    now = both[1]
    desk = Desk(now.series)
    located = tuple(each.located for each in now.findings.accepted)
    draft = background.Draft(desk.exam(now.findings), located, indices_of(now.series))
    background.save(draft, tmp_path / "w.pdf", Layout(), read_instance)
    images = [image for page in PdfReader(tmp_path / "w.pdf").pages for image in page.images]
    assert len(images) == len(located) == 3


def test_a_finding_is_shown_in_the_prior_scan_where_it_was_or_where_its_lung_was(both, compared):
    comparison, _ = compared
    now = both[1]
    desk = Desk(now.series, comparison=comparison)
    grown, _, new = now.findings.own
    for listed, ball in ((grown, two_dates.GROWN), (new, two_dates.NEW)):
        assert desk.place_before(listed) == pytest.approx(np.add(ball, two_dates.TABLE_MM), abs=3.0)
    assert Desk(now.series).place_before(grown) is None


def test_a_nodule_that_nobody_marked_in_the_prior_is_measured_where_its_lung_was(both, compared):
    comparison, (grown, _, _) = compared
    before, now = both
    place = comparison.alignment.before(now.findings.find(grown).located.finding.place_mm)
    found = background.missed(before.series, place, read_instance)
    assert found.located.finding.volume_mm3 == pytest.approx(4 / 3 * np.pi * 5.0**3, rel=0.05)
    desk = Desk(now.series)
    unmarked = replace(comparison, partners={grown: Partner(new(365))})
    desk.compared(Earlier(before.series, unmarked))
    desk.was_there(grown, Listed(found.located), "R4")
    assert desk.comparison.partners[grown].label == "R4"
    told = desk.work_up(now.findings.find(grown), now.findings).change
    assert told.trend is Trend.GROWING
    assert "measured in the prior scan after it was found now" in told.notes


def test_where_there_is_no_nodule_in_the_prior_it_says_why(both, compared):
    comparison, (_, _, new_one) = compared
    before, now = both
    place = comparison.alignment.before(now.findings.find(new_one).located.finding.place_mm)
    with pytest.raises(InputError, match="in the prior scan: "):
        background.missed(before.series, place, read_instance)
