"""Earlier studies fetched before they are asked for: which, how many, and how far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pydicom
import pytest

from lungview.errors import Cancelled
from lungview.image.phantom import Thorax, write_series
from lungview.settings import Settings
from lungview.sources.source import never
from lungview.viewer.archives import ahead, asking, work
from lungview.viewer.archives.ahead import Ahead, Bounds
from lungview.viewer.archives.priors import Offer, Prior
from lungview.viewer.common import retrieved
from tests.sources.archives import peers
from tests.viewer.archives.found import NOW, study

TODAY = date(2026, 3, 1)
WIDE = Bounds(10, 50, 10**12)


def _chosen(bounds: Bounds, *found: object) -> list[str]:
    priors = Offer().with_(NOW, "archive", found).priors  # type: ignore[arg-type]
    return [each.study.study_uid for each in ahead.chosen(NOW, priors, bounds, TODAY)]


def test_the_bounds_are_those_of_the_settings() -> None:
    chosen = Settings(fetch_priors_most=2, fetch_priors_years=3, fetch_priors_mb=500)
    assert ahead.bounds_of(chosen) == Bounds(2, 3, 500_000_000)


def test_no_more_than_so_many_are_fetched_the_newest_first() -> None:
    found = [study("1.1", "20230101"), study("1.2", "20250101"), study("1.3", "20240101")]
    assert _chosen(replace(WIDE, most=2), *found) == ["1.2", "1.3"]


def test_a_study_that_is_too_old_is_not_fetched() -> None:
    assert _chosen(replace(WIDE, years=5), study("1.1", "20210303"), study("1.2", "20210227")) == ["1.1"]


@pytest.mark.parametrize(
    "changes", [{"patient_name": "ROE^JANE"}, {"birth_date": ""}, {"modalities": ("CR",)}, {"date": ""}]
)
def test_nothing_in_doubt_and_nothing_of_another_kind_is_fetched(changes: dict[str, object]) -> None:
    assert _chosen(WIDE, study(**changes)) == []  # type: ignore[arg-type]


class Stocked(NamedTuple):
    """priors: two, of six objects each."""

    archive: peers.Orthanc
    priors: tuple[Prior, ...]
    size: int  # of one object


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stocked]:
    folder = tmp_path_factory.mktemp("studies")

    def change(dataset: pydicom.Dataset, _index: int) -> None:
        dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = "DOE^JANE", "4711", "19600102"
        dataset.StudyDate = "20240101"

    with peers.orthanc(tmp_path_factory.mktemp("orthanc")) as running:
        for seed in (1, 2):
            files = write_series(folder / str(seed), Thorax(slices=6, matrix=64, seed=seed), change=change)
            running.upload(files)
        offer = asking.ask(lambda _: None, never, [running.node()], NOW)
        yield Stocked(running, offer.priors, files[0].stat().st_size)


def _fetched() -> list[int]:
    """Objects in each study that was fetched."""
    return sorted(len(list(each.rglob("*.dcm"))) for each in retrieved.kept_in().iterdir())


def test_studies_are_fetched_to_where_retrieved_ones_are(stocked: Stocked) -> None:
    told: list[object] = []
    nodes = {"orthanc": stocked.archive.node()}
    assert ahead.fetch(told.append, never, nodes, NOW, stocked.priors, WIDE) == Ahead(2)
    assert _fetched() == [6, 6]
    assert len(told) == 14  # each object, and each series once it is whole


def test_no_more_of_the_disk_is_taken_than_allowed(stocked: Stocked) -> None:
    bounds = replace(WIDE, most_bytes=8 * stocked.size)
    nodes = {"orthanc": stocked.archive.node()}
    assert ahead.fetch(lambda _: None, never, nodes, NOW, stocked.priors, bounds) == Ahead(1, full=True)
    assert _fetched() == [2, 6]


def test_what_stays_free_of_the_disk_stays_free(stocked: Stocked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "LEAST_FREE", 10**18)
    nodes = {"orthanc": stocked.archive.node()}
    assert ahead.fetch(lambda _: None, never, nodes, NOW, stocked.priors, WIDE) == Ahead(0, full=True)
    assert _fetched() == []


def test_it_ends_in_the_middle_when_the_study_is_closed(stocked: Stocked) -> None:
    told: list[object] = []
    nodes = {"orthanc": stocked.archive.node()}
    with pytest.raises(Cancelled):
        ahead.fetch(told.append, lambda: len(told) >= 3, nodes, NOW, stocked.priors, WIDE)
    assert sum(_fetched()) < 6


def test_what_was_fetched_ahead_is_not_asked_for_again(stocked: Stocked, tmp_path: Path) -> None:
    nodes = {"orthanc": stocked.archive.node()}
    ahead.fetch(lambda _: None, never, nodes, NOW, stocked.priors[:1], WIDE)
    told: list[object] = []
    prior = stocked.priors[0]
    assert work.retrieve(told.append, never, stocked.archive.node(), prior.study) == (6, 0)
    assert told == [work.Came(retrieved.place_of(prior.study.study_uid), 6, 6)]
